import type { RunBuiltInGate } from '../ask/asked-gates.js';
import { HttpSubject } from '../smoke/http-subject.js';
import { casesOfServer, casesOfVersion } from '../smoke/smoke-cases.js';
import { smokeTest } from '../smoke/smoke-test.js';
import { VersionSubject } from '../smoke/version-subject.js';
import type { SmokeSubject } from '../smoke/subject.js';
import { answerOfReport, type KeepReport } from './answer-of-report.js';
import { failedWhereNothingToSend, predictionUrl } from './asked-server.js';
import type { ReachableVersion, VersionOfArm } from './validate-gate.js';

const deadlineMs = 60_000;
const timeoutMs = 10_000;

/** The gate `smoke` of a rollout: its canary is started by itself, and predicts its golden rows. */
export function smokeGate(
  versionOf: VersionOfArm,
  runnerMemoryBytes: number | undefined,
  keep: KeepReport,
): RunBuiltInGate {
  return (of, _gate, signal) =>
    failedWhereNothingToSend('smoke', async () => {
      const canary = await versionOf(of, 'canary');
      const subject = subjectOf(canary, runnerMemoryBytes);
      const stop = (): void => void subject.stop();
      signal.addEventListener('abort', stop);
      try {
        const cases = () =>
          canary.kind === 'onnx'
            ? Promise.resolve(casesOfVersion(canary, subject.path))
            : casesOfServer(predictionUrl(canary), { headers: {} });
        const order = { subject, cases, deadlineMs, timeoutMs, wallMs: Date.now };
        const { report, log } = await smokeTest(order);
        const answer = answerOfReport(of, report, keep);
        const last = report.passed ? undefined : log.at(-1);
        return last === undefined
          ? answer
          : { ...answer, reason: `${answer.reason}; its last line: ${last}` };
      } finally {
        signal.removeEventListener('abort', stop);
      }
    });
}

function subjectOf(canary: ReachableVersion, runnerMemoryBytes: number | undefined): SmokeSubject {
  return canary.kind === 'onnx'
    ? new VersionSubject(canary, runnerMemoryBytes)
    : new HttpSubject(predictionUrl(canary), undefined);
}
