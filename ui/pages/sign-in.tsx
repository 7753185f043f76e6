import { useSignal } from '@preact/signals';
import { wordsOf, Refusal } from '../data/ask.js';
import { signIn } from '../data/sign-in.js';
import { Notice } from '../parts/notice.js';

/** Asks for the token where the server has one. */
export function SignInPage() {
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const token = new FormData(form).get('token');
    if (typeof token !== 'string' || token === '') return;
    isBusy.value = true;
    try {
      await signIn(token);
    } catch (thrown) {
      const isWrong = thrown instanceof Refusal && thrown.status === 401;
      problem.value = isWrong ? 'This token is not the right one.' : wordsOf(thrown);
    }
    isBusy.value = false;
  };
  return (
    <form class="card sign-in" onSubmit={(event) => void submit(event)}>
      <h1>Sign in</h1>
      <label class="field">
        <span>Admin token</span>
        <input
          type="password"
          name="token"
          autocomplete="current-password"
          required
          aria-describedby="token-note"
        />
      </label>
      <p id="token-note" class="note">
        This server was started with <code>SERIN_ADMIN_TOKEN</code>. The token is traded for a
        cookie that lasts twelve hours; the page does not keep it.
      </p>
      {problem.value === undefined ? null : <Notice tone="bad">{problem.value}</Notice>}
      <button type="submit" class="primary" disabled={isBusy.value}>
        Sign in
      </button>
    </form>
  );
}
