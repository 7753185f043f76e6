import type { LoadTestResult, TargetResult } from '../results/load-test-result.js';
import type { TimelinePoint } from '../results/timeline.js';
import { writeMs } from '../thresholds/words.js';
import { linearScale, logScale, ninesScale } from './scale.js';
import { svgChart, type ChartSeries, type SvgChart } from './svg-chart.js';

/** The charts of a load test; one that has nothing to show is left out. */
export function chartsOf(result: LoadTestResult): string[] {
  return [latencyOverTime(result), answersOverTime(result), distribution(result)].flatMap(
    (chart) => (chart === undefined ? [] : [svgChart(chart)]),
  );
}

type Field = 'p50Ms' | 'p99Ms' | 'maxMs';

function latencyOverTime(result: LoadTestResult): SvgChart | undefined {
  const { target, stable, thresholds } = result;
  const series = [
    latencySeries(target, 'maxMs', 'slowest', 'faint'),
    ...(stable === null ? [] : [latencySeries(stable, 'p99Ms', 'p99 of stable', 'second')]),
    latencySeries(target, 'p99Ms', 'p99', 'first'),
    ...(stable === null ? [] : [latencySeries(stable, 'p50Ms', 'p50 of stable', 'second thin')]),
    latencySeries(target, 'p50Ms', 'p50', 'first thin'),
  ];
  const limits = thresholds.flatMap(({ threshold: { metric, limit, text } }) =>
    metric.kind === 'quantile' || metric.kind === 'max' ? [{ name: text, y: limit }] : [],
  );
  const values = [...valuesOf(series), ...limits.map(({ y }) => y)];
  if (valuesOf(series).length === 0) return undefined;
  return {
    title: 'Latency over time',
    caption:
      'Of the requests that should have started in each second. The scale is logarithmic: each step up is several times as slow.',
    series,
    limits,
    x: timeScale(result),
    y: logScale(Math.max(0.01, Math.min(...values)), Math.max(...values)),
    formatX: writeSecond,
    formatY: writeMs,
  };
}

function answersOverTime(result: LoadTestResult): SvgChart | undefined {
  const { target, stable } = result;
  const series = [
    ...(stable === null
      ? []
      : [rateSeries(stable, ({ answered }) => answered, 'good answers of stable', 'second')]),
    rateSeries(target, ({ answered }) => answered, 'good answers', 'first'),
    rateSeries(target, ({ failed }) => failed, 'failed requests', 'bad'),
  ];
  const values = valuesOf(series);
  if (values.length === 0) return undefined;
  return {
    title: 'Answers a second',
    caption: 'Good answers by the second in which they came; failures by that of their request.',
    series,
    x: timeScale(result),
    y: linearScale(Math.max(...values)),
    formatX: writeSecond,
    formatY: (rate) => `${Number(rate.toFixed(1))}/s`,
  };
}

function distribution({ target, stable, thresholds }: LoadTestResult): SvgChart | undefined {
  const series: ChartSeries[] = [
    ...(stable === null
      ? []
      : [{ name: 'stable', style: 'second', points: stable.percentileCurve }]),
    { name: 'target', style: 'first', points: target.percentileCurve },
  ];
  const values = valuesOf(series);
  if (values.length === 0) return undefined;
  const shares = series.flatMap(({ points }) => points.map(([share]) => share));
  const limits = thresholds.flatMap(({ threshold: { metric, limit, text } }) =>
    metric.kind === 'quantile' ? [{ name: text, y: limit }] : [],
  );
  const all = [...values, ...limits.map(({ y }) => y)];
  return {
    title: 'Latency by percentile',
    caption:
      'How slow the slowest requests are: to the right of p99 is one request in a hundred, and every further nine has as much room.',
    series,
    limits,
    x: ninesScale(Math.max(...shares)),
    y: logScale(Math.max(0.01, Math.min(...all)), Math.max(...all)),
    formatX: (share) => `p${Number((100 * share).toFixed(6))}`,
    formatY: writeMs,
  };
}

function latencySeries(one: TargetResult, field: Field, name: string, style: string): ChartSeries {
  const points = one.timeline.flatMap((point) => {
    const ms = point[field];
    return ms === null ? [] : [[point.second, ms] as const];
  });
  return { name, style, points };
}

/** Without the last point: answers that came after the end of the measurement are in it. */
function rateSeries(
  one: TargetResult,
  count: (point: TimelinePoint) => number,
  name: string,
  style: string,
): ChartSeries {
  const points = one.timeline.map((point) => [point.second, count(point) / point.seconds] as const);
  return { name, style, points };
}

function valuesOf(series: readonly ChartSeries[]): number[] {
  return series.flatMap(({ points }) => points.map(([, y]) => y));
}

function timeScale({ target, stable, measuredMs }: LoadTestResult) {
  const last = [...target.timeline, ...(stable?.timeline ?? [])].map(({ second }) => second);
  return linearScale(Math.max(measuredMs / 1000, ...last), 8);
}

function writeSecond(second: number): string {
  return `${Number(second.toFixed(1))} s`;
}
