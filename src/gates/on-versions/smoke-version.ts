import type { SmokeWishes } from '../../rollout/strategy/gate-wishes.js';
import { inputsOf, predictionUrl } from '../in-rollout/asked-server.js';
import { HttpSubject } from '../smoke/http-subject.js';
import { casesOfServer, casesOfVersion } from '../smoke/smoke-cases.js';
import { smokeTest, type SmokeResult } from '../smoke/smoke-test.js';
import { VersionSubject } from '../smoke/version-subject.js';
import type { ReachableVersion } from './reachable-version.js';

const defaultDeadlineMs = 60_000;
const defaultAnswerMs = 10_000;

/**
 * Starts a version by itself, or asks the server that it is, and predicts its golden rows.
 * @param runnerMemoryBytes of its process, at most; undefined: no limit
 * @throws SerinError `inputs-missing`, `inputs-invalid` where there is nothing to send; whatever
 * `signal` aborts with
 */
export async function smokeVersion(
  version: ReachableVersion,
  wishes: SmokeWishes,
  runnerMemoryBytes: number | undefined,
  signal: AbortSignal,
): Promise<SmokeResult> {
  const { deadlineMs = defaultDeadlineMs, answerMs = defaultAnswerMs } = wishes;
  const subject =
    version.kind === 'onnx'
      ? new VersionSubject(version, runnerMemoryBytes)
      : new HttpSubject(predictionUrl(version), undefined);
  const source = inputsOf(version, wishes);
  const cases = () =>
    version.kind === 'onnx'
      ? casesOfVersion(version, subject, source.items)
      : casesOfServer(predictionUrl(version), source);
  const stop = (): void => void subject.stop();
  signal.addEventListener('abort', stop);
  try {
    const limits = { deadlineMs, timeoutMs: answerMs, wallMs: Date.now };
    const result = await smokeTest({ subject, cases, ...limits });
    signal.throwIfAborted();
    return result;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
