import { Registry, collectDefaultMetrics, type MetricObjectWithValues } from 'prom-client';
import { arms, type Arm } from '../domain/arm.js';
import type { ProcessFacts, ServedModel } from '../serving/gateway/served-model.js';
import type { ArmStatistics, StatisticsBook } from './arm-statistics.js';
import type { AddMetric, Labels, Sample } from './metric-sample.js';
import { addShadowMetrics, type ShadowSources } from './shadow-metrics.js';

export interface MetricSources extends ShadowSources {
  readonly statistics: StatisticsBook;
  /** Requests that stable answered for a failed canary, by model. */
  readonly fallbacks: () => ReadonlyMap<string, number>;
}

/**
 * The Prometheus registry. Nothing is counted here: every scrape reads what is counted anyway, so
 * that a request pays for one set of counters and all screens agree.
 */
export function createMetrics(sources: MetricSources): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'serin_gateway_' });
  const { statistics, models, fallbacks } = sources;
  const add: AddMetric = (name, help, type, read) => register(registry, name, help, type, read);

  add('serin_requests_total', 'Requests by the arm that worked on them.', 'counter', () =>
    statistics.all().map((page) => ({ labels: labelsOf(page), value: page.requests })),
  );
  add('serin_rejected_requests_total', "Requests that were the client's mistake.", 'counter', () =>
    statistics.all().map((page) => ({ labels: labelsOf(page), value: page.rejected })),
  );
  add(
    'serin_failures_total',
    'Requests that the arm failed to answer, by error code.',
    'counter',
    () =>
      statistics.all().flatMap((page) =>
        [...page.failures].map(([code, value]) => ({
          labels: { ...labelsOf(page), code },
          value,
        })),
      ),
  );
  add('serin_predicted_rows_total', 'Rows predicted.', 'counter', () =>
    statistics.all().map((page) => ({ labels: labelsOf(page), value: page.rows })),
  );
  add(
    'serin_fallbacks_total',
    'Requests that stable answered for a failed canary.',
    'counter',
    () => [...fallbacks()].map(([model, value]) => ({ labels: { model }, value })),
  );
  add('serin_canary_weight_ratio', 'Share of traffic meant for the canary, 0 to 1.', 'gauge', () =>
    models().map((model) => ({ labels: { model: model.name }, value: model.split.weight / 100 })),
  );
  addShadowMetrics(add, sources);
  addProcesses(add, models);
  registerHistogram(
    registry,
    'serin_request_duration_seconds',
    'Time until the arm answered.',
    () => statistics.all().flatMap((page) => durationSamples(page)),
  );
  registerHistogram(
    registry,
    'serin_batch_rows',
    'Rows that went to a runner together.',
    async () =>
      (await eachProcess(models())).flatMap(({ labels, facts }) => batchSamples(labels, facts)),
  );
  return registry;
}

function addProcesses(add: AddMetric, models: () => readonly ServedModel[]): void {
  const gauges: [
    string,
    string,
    'counter' | 'gauge',
    (facts: ProcessFacts) => number | undefined,
  ][] = [
    [
      'serin_queued_requests',
      'Requests that wait for the runner.',
      'gauge',
      (f) => f.queuedRequests,
    ],
    ['serin_runner_up', 'Whether the runner is ready.', 'gauge', (f) => +(f.state === 'ready')],
    ['serin_runner_restarts_total', 'Restarts of the runner.', 'counter', (f) => f.restarts],
    [
      'serin_runner_resident_memory_bytes',
      'Memory of the runner.',
      'gauge',
      (f) => f.residentBytes,
    ],
    ['serin_runner_cpu_seconds_total', 'CPU time of the runner.', 'counter', (f) => f.cpuSeconds],
  ];
  for (const [name, help, type, read] of gauges) {
    add(name, help, type, async () =>
      (await eachProcess(models())).flatMap(({ labels, facts }) => {
        const value = read(facts);
        return value === undefined ? [] : [{ labels, value }];
      }),
    );
  }
}

async function eachProcess(
  models: readonly ServedModel[],
): Promise<{ labels: Labels; facts: ProcessFacts }[]> {
  const found = models.flatMap((model) =>
    arms.map(async (arm) => {
      const served = model.arm(arm);
      const facts = await served?.process?.();
      if (served === undefined || facts === undefined) return [];
      return [{ labels: labelsFor(model.name, served.upstream.version.version, arm), facts }];
    }),
  );
  return (await Promise.all(found)).flat();
}

function labelsOf({ model, version, arm }: ArmStatistics): Labels {
  return labelsFor(model, version, arm);
}

function labelsFor(model: string, version: string, arm: Arm): Labels {
  return { model, version, arm };
}

function durationSamples(page: ArmStatistics): Sample[] {
  const { bounds, sum, count } = page.latencySeconds;
  return histogramSamples(labelsOf(page), bounds, page.latencySeconds.cumulated(), sum, count);
}

function batchSamples(labels: Labels, facts: ProcessFacts): Sample[] {
  let total = 0;
  const cumulated = facts.batchSizes.map(({ count }) => (total += count));
  const bounds = facts.batchSizes.slice(0, -1).map(({ upTo }) => upTo);
  return histogramSamples(labels, bounds, cumulated, facts.batchedRows, total);
}

function histogramSamples(
  labels: Labels,
  bounds: readonly number[],
  cumulated: readonly number[],
  sum: number,
  count: number,
): Sample[] {
  const bucket = (le: string, value: number): Sample => ({
    labels: { ...labels, le },
    value,
    metricName: 'bucket',
  });
  return [
    ...bounds.map((bound, i) => bucket(String(bound), cumulated[i] ?? 0)),
    bucket('+Inf', count),
    { labels, value: sum, metricName: 'sum' },
    { labels, value: count, metricName: 'count' },
  ];
}

function registerHistogram(
  registry: Registry,
  name: string,
  help: string,
  read: () => Sample[] | Promise<Sample[]>,
): void {
  register(registry, name, help, 'histogram', async () =>
    (await read()).map((sample) => ({
      ...sample,
      metricName: `${name}_${sample.metricName ?? ''}`,
    })),
  );
}

/** prom-client takes any metric that can be read: this one reads when it is scraped. */
function register(
  registry: Registry,
  name: string,
  help: string,
  type: 'counter' | 'gauge' | 'histogram',
  read: () => Sample[] | Promise<Sample[]>,
): void {
  const metric = {
    name,
    get: async (): Promise<MetricObjectWithValues<Sample>> =>
      ({ name, help, type, aggregator: 'sum', values: await read() }) as never,
    reset: () => undefined,
  };
  registry.registerMetric(metric as never);
}
