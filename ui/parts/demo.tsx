import { useSignal } from '@preact/signals';
import { goTo } from '../data/address.js';
import { wordsOf } from '../data/ask.js';
import { demo, startDemo, stopDemo } from '../data/demo.js';
import { count } from '../words/format.js';
import { Dialog } from './dialog.js';
import { Notice } from './notice.js';

/** Says that the requests are made up, for as long as they are; one click ends it. */
export function DemoSign() {
  const now = demo.value;
  if (now?.running !== true) return null;
  return (
    <div class="notice wait demo" role="status" aria-live="off">
      <span>
        <strong>Demo.</strong> The requests are made up: this server sends them to itself,{' '}
        {count(now.requests)} so far.
      </span>
      <button type="button" onClick={() => void stopDemo()}>
        Stop the demo
      </button>
    </div>
  );
}

/** Offers the demo where there are only sample models. */
export function DemoOffer() {
  const isAsking = useSignal(false);
  const problem = useSignal<string | undefined>(undefined);
  if (demo.value?.possible !== true || demo.value.running) return null;
  const start = async (): Promise<void> => {
    try {
      const { rollout } = await startDemo();
      if (rollout !== null) goTo(['rollouts', rollout]);
    } catch (thrown) {
      problem.value = wordsOf(thrown);
    }
  };
  return (
    <>
      <button type="button" class="primary" onClick={() => (isAsking.value = true)}>
        Run a demo …
      </button>
      {isAsking.value ? (
        <Dialog title="Run a demo?" onClose={() => (isAsking.value = false)}>
          <p>
            This server rolls out the other version of its sample model <code>churn</code>, and
            sends itself about eighty made-up requests a second meanwhile. It takes one to three
            minutes, ends by itself, and can be stopped by one click.
          </p>
          {problem.value === undefined ? null : <Notice tone="bad">{problem.value}</Notice>}
          <div class="buttons end">
            <button type="button" onClick={() => (isAsking.value = false)}>
              Cancel
            </button>
            <button type="button" class="primary" onClick={() => void start()}>
              Run it
            </button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
