import type { RunBuiltInGate } from '../ask/asked-gates.js';
import { answerOfReport, type KeepReport } from '../in-rollout/answer-of-report.js';
import { failedWhereNothingToSend } from '../in-rollout/asked-server.js';
import type { VersionOfArm } from '../in-rollout/validate-gate.js';
import { reportOfLoadTest } from '../loadtest/report/to-report.js';
import { comparableStable } from '../on-versions/comparable-stable.js';
import { loadTestVersion, type LaunchApart } from '../on-versions/loadtest-version.js';

/**
 * The gate `loadtest` before its rollout: nothing is loaded yet, so both versions are started for it,
 * each in a process of its own, and stopped again; a stable that is a server is not compared with.
 * @param ofServers does the same for a canary that is a server, which needs no start
 */
export function loadtestTrial(
  versionOf: VersionOfArm,
  launch: LaunchApart,
  ofServers: RunBuiltInGate,
  keep: KeepReport,
): RunBuiltInGate {
  return async (of, gate, signal, onProgress) => {
    const version = await versionOf(of, 'canary');
    if (version.kind !== 'onnx') return ofServers(of, gate, signal, onProgress);
    const wishes = gate.name === 'loadtest' ? (gate.wishes ?? {}) : {};
    const stable = wishes.compare === false ? undefined : await versionOf(of, 'stable');
    return failedWhereNothingToSend('loadtest', async () => {
      const result = await loadTestVersion({
        version,
        stable: comparableStable(version, stable),
        wishes,
        launch,
        signal,
        onProgress: ({ phase, elapsedMs, totalMs }) => onProgress?.(phase, elapsedMs / totalMs),
      });
      return answerOfReport(of, { ...reportOfLoadTest(result), result }, keep);
    });
  };
}
