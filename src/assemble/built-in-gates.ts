import type { BuiltInGate, RunBuiltInGate } from '../gates/ask/asked-gates.js';
import type { KeepReport } from '../gates/in-rollout/answer-of-report.js';
import { loadtestGate } from '../gates/in-rollout/loadtest-gate.js';
import { smokeGate } from '../gates/in-rollout/smoke-gate.js';
import type { LaunchApart } from '../gates/on-versions/loadtest-version.js';
import { validateGate, type VersionOfArm } from '../gates/in-rollout/validate-gate.js';
import type { GatesToTry } from '../gates/trial/gate-trials.js';
import { loadtestTrial } from '../gates/trial/loadtest-trial.js';
import { startModelProcess } from '../serving/start-model-process.js';

export interface GateParts {
  readonly versionOf: VersionOfArm;
  readonly launch: LaunchApart;
  /** Where this server answers predictions. */
  readonly ownUrl: () => string;
  readonly runnerMemoryBytes: number | undefined;
}

type BuiltInGates = ReadonlyMap<BuiltInGate['name'], RunBuiltInGate>;

/** Serin's own gates, as rollouts run them. */
export function builtInGates(parts: GateParts, keep: KeepReport): BuiltInGates {
  const { versionOf, runnerMemoryBytes, ownUrl } = parts;
  return new Map<BuiltInGate['name'], RunBuiltInGate>([
    ['validate', validateGate(versionOf, startModelProcess, keep)],
    ['smoke', smokeGate(versionOf, runnerMemoryBytes, keep)],
    ['loadtest', loadtestGate(versionOf, ownUrl, keep)],
  ]);
}

/** The same gates for somebody who tries them before a rollout begins, while nothing is loaded. */
export function gatesToTry(parts: GateParts): GatesToTry {
  return (keep) => {
    const gates = builtInGates(parts, keep);
    const ofServers = gates.get('loadtest');
    if (ofServers === undefined) return gates;
    const trial = loadtestTrial(parts.versionOf, parts.launch, ofServers, keep);
    return new Map([...gates, ['loadtest', trial]]);
  };
}
