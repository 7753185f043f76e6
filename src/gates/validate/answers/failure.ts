import type { Finding } from '../../report/report.js';
import { finding, type FindingWords } from '../finding.js';
import type { AskFailure } from '../model-under-test.js';

/**
 * What it means that the model did not answer.
 * @param on what it was asked: `golden row 2`
 * @param refused what to say where the model itself refused; nothing, where that is its right
 */
export function failureFinding(
  { kind, words }: AskFailure,
  on: string,
  refused: (found: FindingWords) => Finding | undefined,
): Finding | undefined {
  const found = { expected: 'an answer', found: words };
  switch (kind) {
    case 'refused':
      return refused(found);
    case 'crashed':
      return finding('run-crashed', `the process died on ${on}`, found);
    case 'timed-out':
      return finding('run-timeout', `no answer in time on ${on}`, found);
    case 'out-of-memory':
      return finding('memory-over-limit', `too much memory on ${on}`, {
        expected: 'less memory than the limit',
        found: words,
      });
    case 'closed':
      return undefined;
  }
}
