import { Detector } from '../../analysis/simulation/detectors.js';
import { isHarmless, parseScenario } from '../../analysis/simulation/parse-scenario.js';
import { median } from '../../analysis/simulation/simulation-table.js';
import { drawProgress } from '../progress.js';
import type { JudgeOptions } from './judge-options.js';
import { runInParallel } from './run-in-parallel.js';
import type { SimulationResult, SimulationTask, SimulationWork } from './simulation-worker.js';

/** How one method fared over all simulated rollouts; shares are from 0 to 1. */
export interface MethodResult {
  readonly method: string;
  /** Of harmless canaries, those that it rolled back. */
  readonly falseAlarms: number;
  /** Of the scenario's canaries. */
  readonly rolledBack: number;
  /** Only Serin promotes; a method that never says "safe" has none. */
  readonly promoted: number | null;
  /** Requests of both arms until half of its roll-backs; null: there were none. */
  readonly medianRequests: number | null;
  /** So many of them the canary's; null where there were no roll-backs, or nobody counted. */
  readonly medianCanaryRequests: number | null;
  /** Requests of each roll-back, rising. */
  readonly foundAfter: readonly number[];
}

export interface Simulation {
  readonly scenario: string;
  /** Whether nothing is wrong with the scenario's canaries. */
  readonly harmless: boolean;
  readonly runs: number;
  readonly seed: number;
  readonly methods: readonly MethodResult[];
}

/** Simulates rollouts with the judge that production uses, beside what people do today. */
export async function simulate(text: string, options: JudgeOptions): Promise<Simulation> {
  const shared: SimulationWork = { scenario: parseScenario(text), settings: options.settings };
  const { runs, seed, workers } = options;
  const tasks: SimulationTask[] = Array.from({ length: 2 * runs }, (_, index) => ({
    seed: seed + Math.floor(index / 2),
    harmless: index % 2 === 0,
  }));
  const results = await runInParallel<SimulationResult>(tasks, {
    worker: new URL('./simulation-worker.js', import.meta.url),
    shared,
    ...(workers === undefined ? {} : { workers }),
    onDone: (done, of) => {
      drawProgress(done / of, `rollout ${done} of ${of}`);
    },
  });
  return {
    scenario: text,
    harmless: isHarmless(shared.scenario),
    runs,
    seed,
    methods: methodsOf(results),
  };
}

function methodsOf(results: readonly SimulationResult[]): MethodResult[] {
  const harmed = results.filter(({ harmless }) => !harmless);
  const harmless = results.filter((result) => result.harmless);
  const rolledBackAfter = ({ judged }: SimulationResult): number | null =>
    judged.outcome === 'rolled-back' ? judged.requests : null;
  const promoted = harmed.filter(({ judged }) => judged.outcome === 'promoted').length;
  const serin = methodOf('Serin', harmless.map(rolledBackAfter), harmed.map(rolledBackAfter));
  const others = Object.values(Detector).map((detector) => {
    const alarmOf = ({ alarms }: SimulationResult): number | null => alarms[detector];
    return methodOf(detector, harmless.map(alarmOf), harmed.map(alarmOf));
  });
  const ofCanary = harmed.flatMap(({ judged }) =>
    judged.outcome === 'rolled-back' ? judged.canaryRequests : [],
  );
  const medianCanaryRequests = median(ofCanary) ?? null;
  return [{ ...serin, promoted: promoted / harmed.length, medianCanaryRequests }, ...others];
}

/** @param harmless requests until each harmless canary was rolled back; null: it was not */
function methodOf(
  method: string,
  harmless: readonly (number | null)[],
  harmed: readonly (number | null)[],
): MethodResult {
  const foundAfter = harmed.flatMap((after) => after ?? []).sort((a, b) => a - b);
  return {
    method,
    falseAlarms: harmless.filter((after) => after !== null).length / harmless.length,
    rolledBack: foundAfter.length / harmed.length,
    promoted: null,
    medianRequests: median(foundAfter) ?? null,
    medianCanaryRequests: null,
    foundAfter,
  };
}
