import type { ServedModel } from '../serving/gateway/served-model.js';
import type { AddMetric, Sample } from './metric-sample.js';
import type { PairDifferences, PairedFailures } from './pair-differences.js';
import type { ShadowCounts } from './shadow-counts.js';

export interface ShadowSources {
  readonly models: () => readonly ServedModel[];
  /** What became of copies, by model. */
  readonly shadows: () => ReadonlyMap<string, ShadowCounts>;
}

/** Adds what became of copies, and what pairs say. */
export function addShadowMetrics(add: AddMetric, { models, shadows }: ShadowSources): void {
  add('serin_shadow_pairs_total', 'Copies that the canary worked on.', 'counter', () =>
    [...shadows()].flatMap(([model, { agreed, disagreed, incomparable, failed }]) =>
      Object.entries({ agreed, disagreed, incomparable, failed }).map(([result, value]) => ({
        labels: { model, result },
        value,
      })),
    ),
  );
  add('serin_shadow_shed_total', 'Copies that were drawn and not made.', 'counter', () =>
    [...shadows()].flatMap(([model, { shed }]) =>
      Object.entries(shed).map(([reason, value]) => ({ labels: { model, reason }, value })),
    ),
  );
  add('serin_shadow_copies_in_flight', 'Copies that are with the canary now.', 'gauge', () =>
    models().map(({ name, shadow }) => ({
      labels: { model: name },
      value: shadow?.inFlight ?? 0,
    })),
  );
  add('serin_shadow_paired_failures_total', 'Pairs by who failed the request.', 'counter', () =>
    [...shadows()].flatMap(([model, { differences }]) =>
      Object.entries(failedBy).map(([failed, key]) => ({
        labels: { model, failed },
        value: differences.failures[key],
      })),
    ),
  );
  add(
    'serin_shadow_latency_ratio',
    "The canary's latency over stable's on the same request: geometric mean.",
    'gauge',
    () =>
      [...shadows()].flatMap(([model, { differences }]) => {
        const value = differences.latencyRatio()?.ratio;
        return value === undefined ? [] : [{ labels: { model }, value }];
      }),
  );
  add('serin_shadow_difference', 'How far apart the two numbers of a pair are.', 'gauge', () =>
    [...shadows()].flatMap(([model, { differences }]) => apartSamples(model, differences)),
  );
}

const failedBy = {
  neither: 'neither',
  stable: 'onlyStable',
  canary: 'onlyCanary',
  both: 'both',
} as const satisfies Record<string, keyof PairedFailures>;

function apartSamples(model: string, { absolute, relative }: PairDifferences): Sample[] {
  return Object.entries({ absolute, relative }).flatMap(([of, { moments, largest }]) =>
    moments.count === 0
      ? []
      : [
          { labels: { model, of, which: 'mean' }, value: moments.mean },
          { labels: { model, of, which: 'largest' }, value: largest },
        ],
  );
}
