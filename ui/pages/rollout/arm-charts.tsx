import type { ReadonlySignal } from '@preact/signals';
import type { ArmNumbers, PointBody } from '../../../src/api/contract/rollouts.js';
import type { ChartPlan } from '../../charts/chart-plan.js';
import type { Mark } from '../../charts/marks.js';
import { TimeChart } from '../../charts/time-chart.js';
import { Explained } from '../../parts/explained.js';
import type { Explained as Key } from '../../words/explanations.js';
import { moment, ms, number, percent, share } from '../../words/format.js';

const height = 150;

/** The same reading of both arms, side by side. */
function ofBothArms(
  title: string,
  of: Key,
  format: ChartPlan['format'],
  read: (arm: ArmNumbers, point: PointBody) => number | null,
): ChartPlan {
  return {
    title,
    of,
    format,
    axis: 'from-zero',
    height,
    lines: [
      { name: 'stable', colour: 'stable', read: (point) => read(point.stable, point) },
      { name: 'canary', colour: 'canary-fill', read: (point) => read(point.canary, point) },
    ],
  };
}

const charts: readonly ChartPlan[] = [
  ofBothArms('Requests a second', 'requestRate', number, ({ requests }, { for_ms: forMs }) =>
    forMs > 0 ? (1000 * requests) / forMs : null,
  ),
  {
    ...ofBothArms('Failed', 'errorShare', share, ({ requests, errors }) =>
      requests > 0 ? errors / requests : null,
    ),
    atLeastTo: 0.01,
  },
  {
    title: 'Split',
    of: 'split',
    format: percent,
    axis: 'from-zero',
    height,
    lines: [
      { name: 'meant', colour: 'soft', dashed: true, read: ({ weight }) => weight },
      {
        name: 'seen',
        colour: 'canary-fill',
        // In a shadow step nothing is split: the canary gets copies.
        read: ({ seen_share: seen, weight }) => (seen === null || weight === 0 ? null : 100 * seen),
      },
    ],
  },
  ofBothArms('p50 latency', 'p50', ms, (arm) => arm.p50_ms),
  ofBothArms('p95 latency', 'p95', ms, (arm) => arm.p95_ms),
  ofBothArms('p99 latency', 'p99', ms, (arm) => arm.p99_ms),
];

/** Both arms side by side, on the same traffic at the same time. */
export function ArmCharts({
  points,
  marks,
}: {
  readonly points: ReadonlySignal<readonly PointBody[]>;
  readonly marks: ReadonlySignal<readonly Mark[]>;
}) {
  return (
    <section class="card">
      <div class="section-head">
        <h2>Both arms</h2>
        <Newest points={points} />
      </div>
      <div class="charts three">
        {charts.map((plan) => (
          <TimeChart key={plan.title} plan={plan} points={points} marks={marks} />
        ))}
      </div>
    </section>
  );
}

/** Whether these are of now. */
function Newest({ points }: { readonly points: ReadonlySignal<readonly PointBody[]> }) {
  const newest = points.value.at(-1);
  if (newest === undefined) return null;
  return (
    <p class="note">
      <Explained of="newest">measured until</Explained>{' '}
      <time class="newest" dateTime={new Date(newest.at).toISOString()}>
        {moment(newest.at)}
      </time>
    </p>
  );
}
