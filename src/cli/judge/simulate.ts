import { Detector } from '../../analysis/simulation/detectors.js';
import { parseScenario } from '../../analysis/simulation/parse-scenario.js';
import { median } from '../../analysis/simulation/simulation-table.js';
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
  /** Requests of both arms until half of its roll-backs; null: there were none. */
  readonly medianRequests: number | null;
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
  ]);
  const header = ['', 'false alarms', 'rolled back', 'promoted', 'after requests'];
  const marks = ['█', '·', '+', '×', 'o', '-'];
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
  const rolledBackAfter = ({ judged }: SimulationResult): number | null =>
    judged.outcome === 'rolled-back' ? judged.requests : null;
  const promoted = harmed.filter(({ judged }) => judged.outcome === 'promoted').length;
  const serin = methodOf('Serin', harmless.map(rolledBackAfter), harmed.map(rolledBackAfter));
  const others = Object.values(Detector).map((detector) => {
    const alarmOf = ({ alarms }: SimulationResult): number | null => alarms[detector];
    return methodOf(detector, harmless.map(alarmOf), harmed.map(alarmOf));
  });
  return [{ ...serin, promoted: promoted / harmed.length }, ...others];
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
    foundAfter,
  };
}
