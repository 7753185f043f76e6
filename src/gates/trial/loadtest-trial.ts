import type { Version } from '../../domain/version.js';
import type { Upstream } from '../../serving/upstream.js';
import type { RunBuiltInGate } from '../ask/asked-gates.js';
import { answerOfReport, type KeepReport } from '../in-rollout/answer-of-report.js';
import { failedWhereNothingToSend } from '../in-rollout/asked-server.js';
import { gatePlan } from '../in-rollout/loadtest-gate.js';
import type { VersionOfArm } from '../in-rollout/validate-gate.js';
import { loadTestUpstream } from '../loadtest/load-test-upstream.js';
import { reportOfLoadTest } from '../loadtest/report/to-report.js';

/** Starts what answers for a version, apart from everything that answers users. */
export type LaunchApart = (version: Version) => Promise<Upstream>;

/**
 * The gate `loadtest` before its rollout: nothing is loaded yet, so both versions are started for it,
 * each in a process of its own, and stopped again.
 * @param ofServers does the same for a canary that is a server, which needs no start
 */
export function loadtestTrial(
  versionOf: VersionOfArm,
  launch: LaunchApart,
  ofServers: RunBuiltInGate,
  keep: KeepReport,
): RunBuiltInGate {
  return async (of, gate, signal, onProgress) => {
    const canary = await versionOf(of, 'canary');
    const stable = await versionOf(of, 'stable');
    if (canary.kind !== 'onnx' || stable.kind !== 'onnx') {
      return ofServers(of, gate, signal, onProgress);
    }
    return failedWhereNothingToSend('loadtest', async () => {
      const started: Upstream[] = [];
      const start = async (version: Version): Promise<Upstream> => {
        signal.throwIfAborted();
        const upstream = await launch(version);
        started.push(upstream);
        return upstream;
      };
      try {
        const result = await loadTestUpstream({
          version: canary,
          upstream: await start(canary),
          stable: { name: `${stable.model}/${stable.version}`, upstream: await start(stable) },
          plan: gatePlan,
          signal,
          onProgress: ({ phase, elapsedMs, totalMs }) => onProgress?.(phase, elapsedMs / totalMs),
        });
        return answerOfReport(of, reportOfLoadTest(result), keep);
      } finally {
        await Promise.all(started.map((upstream) => upstream.close()));
      }
    });
  };
}
