import type { RunBuiltInGate } from '../ask/asked-gates.js';
import { smokeVersion } from '../on-versions/smoke-version.js';
import { answerOfReport, type KeepReport } from './answer-of-report.js';
import { failedWhereNothingToSend } from './asked-server.js';
import type { VersionOfArm } from './validate-gate.js';

/** The gate `smoke` of a rollout: its canary is started by itself, and predicts its golden rows. */
export function smokeGate(
  versionOf: VersionOfArm,
  runnerMemoryBytes: number | undefined,
  keep: KeepReport,
): RunBuiltInGate {
  return (of, gate, signal) =>
    failedWhereNothingToSend('smoke', async () => {
      const canary = await versionOf(of, 'canary');
      const wishes = gate.name === 'smoke' ? (gate.wishes ?? {}) : {};
      const { report, log } = await smokeVersion(canary, wishes, runnerMemoryBytes, signal);
      const answer = answerOfReport(of, report, keep);
      const last = report.passed ? undefined : log.at(-1);
      return last === undefined
        ? answer
        : { ...answer, reason: `${answer.reason}; its last line: ${last}` };
    });
}
