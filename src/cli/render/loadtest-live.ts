import type { Tally } from '../../gates/loadtest/results/tally.js';
import type { LoadProgress } from '../../gates/loadtest/load-progress.js';
import { writeMetric, writeMs } from '../../gates/loadtest/thresholds/words.js';
import { renderChart } from './chart.js';
import { renderTable } from './table.js';

const barWidth = 30;
const chartWidth = 60;

/** A load test as it goes on, for a terminal: progress, figures, a chart, thresholds. Pure. */
export function renderLoadTestLive(progress: LoadProgress): string {
  const { target, stable, thresholds } = progress;
  const targets = stable === undefined ? [target] : [target, stable];
  const seconds = measuredSeconds(progress);
  const rows = targets.map(({ tally }, index) => row(index, tally, seconds));
  const header = ['', 'requests', 'failed', 'good/s', 'p50', 'p90', 'p99', 'p99.9', 'max'];
  const chart = latencyChart(target.tally);
  return [
    stable === undefined ? target.name : `${target.name} against ${stable.name}`,
    renderProgress(progress),
    '',
    renderTable(header, rows),
    ...(chart === '' ? [] : ['', "The target's latency in the latest minute:", chart]),
    ...(thresholds.length === 0 ? [] : ['', renderThresholds(progress)]),
  ].join('\n');
}

/** The same as one line, for logs. */
export function renderLoadTestLine(progress: LoadProgress): string {
  const { target, stable, elapsedMs, totalMs, phase } = progress;
  const { tally } = target;
  const time = `${seconds(elapsedMs)} of ${seconds(totalMs)}`;
  if (phase === 'warm-up') return `${time}: warm-up, ${tally.warmUp.requests} requests`;
  const failed = tally.failed + (stable?.tally.failed ?? 0);
  const requests = tally.requests + (stable?.tally.requests ?? 0);
  return `${time}: ${requests} requests, ${failed} failed, p50 ${quantile(tally, 0.5)}, p99 ${quantile(tally, 0.99)}`;
}

function renderProgress({ phase, elapsedMs, totalMs, underWay }: LoadProgress): string {
  const share = Math.min(1, elapsedMs / totalMs);
  const done = Math.round(share * barWidth);
  const bar = '█'.repeat(done) + '░'.repeat(barWidth - done);
  return `${bar}  ${seconds(elapsedMs)} of ${seconds(totalMs)}, ${phase}, ${underWay} under way`;
}

function row(index: number, tally: Tally, measured: number): string[] {
  const { requests, failed, goodInTime } = tally;
  return [
    index === 0 ? 'target' : 'stable',
    String(requests),
    requests === 0 ? '–' : `${((100 * failed) / requests).toFixed(2)}%`,
    measured > 0 ? (goodInTime / measured).toFixed(0) : '–',
    ...[0.5, 0.9, 0.99, 0.999, 1].map((share) => quantile(tally, share)),
  ];
}

/** p50 and p99 of the latest minute; empty before there are two points. */
function latencyChart(tally: Tally): string {
  const points = tally.timeline.points(chartWidth + 1).slice(0, -1);
  const line = (pick: 'p50Ms' | 'p99Ms') =>
    points.flatMap((point) => {
      const ms = point[pick];
      return ms === null ? [] : [[point.second, ms] as const];
    });
  const [p50, p99] = [line('p50Ms'), line('p99Ms')];
  if (p99.length < 2) return '';
  const highest = Math.max(...p99.map(([, ms]) => ms));
  return renderChart(
    [
      { name: 'p99', mark: '·', points: p99 },
      { name: 'p50', mark: '━', points: p50 },
    ],
    {
      width: chartWidth,
      height: 9,
      yMin: 0,
      yMax: highest * 1.1,
      formatX: (second) => `${second.toFixed(0)} s`,
      formatY: writeMs,
    },
  );
}

function renderThresholds({ thresholds, phase }: LoadProgress): string {
  if (phase === 'warm-up') return thresholds.map(({ threshold }) => threshold.text).join('   ');
  return thresholds
    .map(({ threshold, value, kept }) => {
      const measured = value === null ? '–' : writeMetric(threshold.metric, value);
      return `${value === null ? ' ' : kept ? '✓' : '✗'} ${threshold.text}  ${measured}`;
    })
    .join('   ');
}

function measuredSeconds({ elapsedMs, totalMs, measuredMs }: LoadProgress): number {
  return Math.max(0, elapsedMs - (totalMs - measuredMs)) / 1000;
}

function quantile(tally: Tally, share: number): string {
  const ms = tally.latency.quantile(share);
  return ms === undefined ? '–' : writeMs(ms);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0)} s`;
}
