import path from 'node:path';
import type { RunBuiltInGate } from '../ask/asked-gates.js';
import { loadTest } from '../loadtest/load-test.js';
import type { LoadPlan } from '../loadtest/plan.js';
import { reportOfLoadTest } from '../loadtest/report/to-report.js';
import { parseThreshold } from '../loadtest/thresholds/parse-threshold.js';
import { answerOfReport, type KeepReport } from './answer-of-report.js';
import { failedWhereNothingToSend, predictionUrl } from './asked-server.js';
import type { ReachableVersion, VersionOfArm } from './validate-gate.js';

/** A few users for a few seconds: stable answers live traffic meanwhile, and half of these. */
export const gatePlan: LoadPlan = {
  load: { kind: 'closed', users: 4, spawnPerSecond: Infinity, thinkMs: { from: 5, to: 15 } },
  warmUpMs: 2_000,
  durationMs: 10_000,
  timeoutMs: 10_000,
  thresholds: [parseThreshold('errors<0.1%')],
  stopEarly: true,
  seed: 1,
};

const connections = 4;

/**
 * The gate `loadtest` of a rollout: the canary, which is loaded and has no traffic yet, beside its
 * stable in one run. It fails on errors, wrong answers, and on a canary that the judge finds harmful.
 * @param ownUrl where this server answers predictions
 */
export function loadtestGate(
  versionOf: VersionOfArm,
  ownUrl: () => string,
  keep: KeepReport,
): RunBuiltInGate {
  return (of, _gate, signal, onProgress) =>
    failedWhereNothingToSend('loadtest', async () => {
      const canary = await versionOf(of, 'canary');
      const stable = await versionOf(of, 'stable');
      const result = await loadTest({
        url: addressOf(canary, ownUrl()),
        against: addressOf(stable, ownUrl()),
        ...(canary.kind === 'onnx' ? { inputs: path.dirname(canary.file) } : {}),
        headers: {},
        seed: gatePlan.seed,
        connections,
        plan: gatePlan,
        signal,
        onProgress: ({ phase, elapsedMs, totalMs }) => onProgress?.(phase, elapsedMs / totalMs),
      });
      return answerOfReport(of, reportOfLoadTest(result), keep);
    });
}

/** Requests that name their version are no part of what the judge compares. */
function addressOf(version: ReachableVersion, ownUrl: string): string {
  if (version.kind === 'http') return predictionUrl(version);
  return `${ownUrl}/v2/models/${version.model}/versions/${version.version}/infer`;
}
