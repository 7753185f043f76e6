import { standardRamp } from '../../analysis/simulation/simulate-rollout.js';
import type { MethodResult, Simulation } from '../judge/simulate.js';
import { renderChart, type ChartLine } from './chart.js';
import { renderTable } from './table.js';

/** A simulation as text: what was simulated, a table, what it says in words, a chart. Pure. */
export function renderSimulation(simulation: Simulation): string {
  const { scenario, runs, harmless, methods } = simulation;
  const rows = methods.map((method) => [
    method.method,
    percent(method.falseAlarms),
    percent(method.rolledBack),
    method.promoted === null ? '–' : percent(method.promoted),
    method.medianRequests === null ? '–' : method.medianRequests.toFixed(0),
  ]);
  const header = ['', 'harmless rolled back', 'rolled back', 'promoted', 'after requests'];
  const played = harmless
    ? `${runs} harmless rollouts, played twice`
    : `${runs} rollouts with it and ${runs} with a harmless canary`;
  return [
    `${scenario}: ${played}, 10% (4,000) → 25% (4,000) → 50%, at most 30,000 requests`,
    '',
    renderTable(header, rows),
    '',
    ...inWords(simulation),
    '',
    'Rolled back so far, over the requests of both arms:',
    renderChart([...linesOf(methods, runs)].reverse(), {
      width: 64,
      height: 13,
      yMin: 0,
      yMax: 1,
      formatX: (x) => x.toFixed(0),
      formatY: (y) => `${(100 * y).toFixed(0)}%`,
    }),
  ].join('\n');
}

/** A method that is soonest may be so because it blames every canary: both are said together. */
function inWords({ harmless, methods }: Simulation): string[] {
  const [serin, ...others] = methods;
  if (serin === undefined) return [];
  const alarms = others.map(({ falseAlarms }) => falseAlarms);
  const [least, most] = [Math.min(...alarms), Math.max(...alarms)];
  const asOften = `the other methods, asked as often (every ${standardRamp.bucketRequests} requests)`;
  return [
    ...(harmless ? [] : [foundBy(serin)]),
    `Of the harmless canaries Serin rolled back ${percent(serin.falseAlarms)}; ${asOften}, ${percent(least)} to ${percent(most)}.`,
  ];
}

function foundBy({ rolledBack, medianRequests, medianCanaryRequests }: MethodResult): string {
  const after =
    medianRequests === null
      ? ''
      : `: half of them within ${medianRequests.toLocaleString('en')} requests` +
        (medianCanaryRequests === null
          ? ''
          : `, ${medianCanaryRequests.toLocaleString('en')} of them the canary's`);
  return `Serin rolled it back in ${percent(rolledBack)} of the rollouts${after}.`;
}

function linesOf(methods: readonly MethodResult[], runs: number): ChartLine[] {
  const marks = ['█', '·', '+', '×', 'o', '-'];
  return methods.map(({ method, foundAfter }, index) => ({
    name: method,
    mark: marks[index] ?? '?',
    points: [
      [0, 0],
      ...foundAfter.map((after, i) => [after, (i + 1) / runs] as const),
      [standardRamp.atMost, foundAfter.length / runs],
    ],
  }));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
