import { detectorNames } from '../../analysis/simulation/detectors.js';
import { parseScenario } from '../../analysis/simulation/parse-scenario.js';
import { standardRamp } from '../../analysis/simulation/simulate-rollout.js';
import { drawProgress } from '../progress.js';
import { renderChart, type ChartLine } from '../render/chart.js';
import { renderTable } from '../render/table.js';
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
  /** Requests of both arms, and of the canary alone, until half of its roll-backs; null: none. */
  readonly medianRequests: number | null;
  readonly medianCanaryRequests: number | null;
  /** Requests of each roll-back, rising. */
  readonly foundAfter: readonly number[];
}

export interface Simulation {
  readonly scenario: string;
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
  return { scenario: text, runs, seed, methods: methodsOf(results) };
}

export function renderSimulation({ scenario, runs, methods }: Simulation): string {
  const percent = (share: number | null) => (share === null ? '–' : `${(100 * share).toFixed(1)}%`);
  const count = (value: number | null) => (value === null ? '–' : value.toFixed(0));
  const rows = methods.map((method) => [
    method.method,
    percent(method.falseAlarms),
    percent(method.rolledBack),
    percent(method.promoted),
    count(method.medianRequests),
    count(method.medianCanaryRequests),
  ]);
  const header = ['', 'false alarms', 'rolled back', 'promoted', 'after', 'of them canary'];
  const marks = ['█', '·', '+', '×'];
  const lines = methods.map(({ method, foundAfter }, index): ChartLine => ({
    name: method,
    mark: marks[index] ?? '?',
    points: [
      [0, 0],
      ...foundAfter.map((after, i) => [after, (i + 1) / runs] as const),
      [standardRamp.atMost, foundAfter.length / runs],
    ],
  }));
  const frame = {
    width: 64,
    height: 13,
    yMin: 0,
    yMax: 1,
    formatX: (x: number) => x.toFixed(0),
    formatY: (y: number) => `${(100 * y).toFixed(0)}%`,
  };
  return [
    `${scenario}: ${runs} rollouts with it and ${runs} without, 10% (4,000) → 25% (4,000) → 50%, at most 30,000 requests`,
    '',
    renderTable(header, rows),
    '',
    'Rolled back so far, over the requests of both arms:',
    renderChart([...lines].reverse(), frame),
  ].join('\n');
}

function methodsOf(results: readonly SimulationResult[]): MethodResult[] {
  const harmed = results.filter(({ harmless }) => !harmless);
  const harmless = results.filter((result) => result.harmless);
  const serin = methodOf(
    'Serin',
    harmless.filter(({ judged }) => judged.outcome === 'rolled-back').length / harmless.length,
    harmed.flatMap(({ judged }) => (judged.outcome === 'rolled-back' ? [judged] : [])),
    harmed.length,
  );
  const promoted = harmed.filter(({ judged }) => judged.outcome === 'promoted').length;
  const others = detectorNames.map((name) =>
    methodOf(
      name,
      harmless.filter(({ alarms }) => alarms[name] !== undefined).length / harmless.length,
      harmed.flatMap(({ alarms }) => alarms[name] ?? []),
      harmed.length,
    ),
  );
  return [{ ...serin, promoted: promoted / harmed.length }, ...others];
}

function methodOf(
  method: string,
  falseAlarms: number,
  found: readonly { readonly requests: number; readonly canaryRequests: number }[],
  runs: number,
): MethodResult {
  const foundAfter = found.map(({ requests }) => requests).sort((a, b) => a - b);
  const canary = found.map(({ canaryRequests }) => canaryRequests).sort((a, b) => a - b);
  return {
    method,
    falseAlarms,
    rolledBack: found.length / runs,
    promoted: null,
    medianRequests: foundAfter[Math.floor(foundAfter.length / 2)] ?? null,
    medianCanaryRequests: canary[Math.floor(canary.length / 2)] ?? null,
    foundAfter,
  };
}
