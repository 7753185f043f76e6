import type { RunBuiltInGate } from '../ask/asked-gates.js';
import { connectionsOf, planOfGate } from '../loadtest/gate-plan.js';
import { loadTest } from '../loadtest/load-test.js';
import { reportOfLoadTest } from '../loadtest/report/to-report.js';
import { comparableStable } from '../on-versions/comparable-stable.js';
import type { ReachableVersion } from '../on-versions/reachable-version.js';
import { answerOfReport, type KeepReport } from './answer-of-report.js';
import { failedWhereNothingToSend, inputsOf, predictionUrl } from './asked-server.js';
import type { VersionOfArm } from './validate-gate.js';

/**
 * The gate `loadtest` of a rollout: the canary, which is loaded and has no traffic yet, beside a
 * stable of its kind in one run. It fails on errors, wrong answers, thresholds that are not kept, and
 * on a canary that the judge finds harmful.
 * @param ownUrl where this server answers predictions
 */
export function loadtestGate(
  versionOf: VersionOfArm,
  ownUrl: () => string,
  keep: KeepReport,
): RunBuiltInGate {
  return (of, gate, signal, onProgress) =>
    failedWhereNothingToSend('loadtest', async () => {
      const wishes = gate.name === 'loadtest' ? (gate.wishes ?? {}) : {};
      const plan = planOfGate(wishes);
      const canary = await versionOf(of, 'canary');
      const source = inputsOf(canary, wishes);
      const stable = wishes.compare === false ? undefined : await versionOf(of, 'stable');
      const comparable = comparableStable(canary, stable);
      const result = await loadTest({
        url: addressOf(canary, ownUrl()),
        ...(comparable === undefined ? {} : { against: addressOf(comparable, ownUrl()) }),
        ...source,
        stableSignature: comparable?.kind === 'onnx' ? comparable.signature : undefined,
        seed: plan.seed,
        connections: connectionsOf(plan),
        plan,
        signal,
        onProgress: ({ phase, elapsedMs, totalMs }) => onProgress?.(phase, elapsedMs / totalMs),
      });
      return answerOfReport(of, { ...reportOfLoadTest(result), result }, keep);
    });
}

/** Requests that name their version are no part of what the judge compares. */
function addressOf(version: ReachableVersion, ownUrl: string): string {
  if (version.kind === 'http') return predictionUrl(version);
  return `${ownUrl}/v2/models/${version.model}/versions/${version.version}/infer`;
}
