import { errorCatalogue } from '../../../domain/error-catalogue.js';
import { SerinError } from '../../../domain/errors.js';
import { isObject, shown } from '../answers/difference.js';
import type { AskOnce, LoadRequest, SingleAnswer } from '../sender.js';

/**
 * What a target makes of a row that was made up for it. `refused`: it says that the row is wrong;
 * `failed`: it fails for another reason, which is for the test to tell.
 */
export type FateOfRow =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused' | 'failed' | 'unanswered'; readonly words: string };

/** Asks a target for the answer to one row. */
export async function fateOfRow(request: LoadRequest, ask: AskOnce): Promise<FateOfRow> {
  try {
    return fateByAnswer(await ask(request));
  } catch (thrown) {
    if (thrown instanceof SerinError) {
      return fateByAnswer({ status: thrown.status, body: JSON.stringify(thrown.toBody()) });
    }
    return { kind: 'unanswered', words: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** What servers answer to a body that they do not take. */
const statusOfRefusal: readonly number[] = [400, 413, 422];
/** What Serin answers where it is the row that a model fails on. */
const codeOfRefusal: readonly string[] = ['invalid-input', 'model-run-failed'];

function fateByAnswer({ status, body }: SingleAnswer): FateOfRow {
  if (status >= 200 && status <= 299) return { kind: 'taken' };
  const { code, words } = saidIn(body);
  const isOurs = code !== undefined && Object.hasOwn(errorCatalogue, code);
  const isRefusal = isOurs ? codeOfRefusal.includes(code) : statusOfRefusal.includes(status);
  return { kind: isRefusal ? 'refused' : 'failed', words: `status ${status}: ${words}` };
}

function saidIn(body: string): { readonly code?: string; readonly words: string } {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return { words: shown(body) };
  }
  if (!isObject(answer)) return { words: shown(answer) };
  const { error, code } = answer;
  return {
    words: typeof error === 'string' ? error : shown(answer),
    ...(typeof code === 'string' ? { code } : {}),
  };
}
