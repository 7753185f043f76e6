import { useComputed, type ReadonlySignal } from '@preact/signals';
import type {
  EvidenceOverTime,
  PointBody,
  RolloutBody,
} from '../../../src/api/contract/rollouts.js';
import { strategyOf } from '../../data/strategy.js';
import { Explained } from '../../parts/explained.js';
import { checkName } from '../../words/words.js';
import { CheckChart, type Measured } from './check-chart.js';

/** The evidence of each check: an interval that closes around the truth, and what decides. */
export function EvidenceCharts({
  lines,
  alpha,
  rollout,
  ...measured
}: Measured & {
  readonly lines: ReadonlySignal<EvidenceOverTime['lines']>;
  readonly alpha: ReadonlySignal<number | undefined>;
  readonly rollout: ReadonlySignal<RolloutBody | undefined>;
}) {
  // Points come every second; which checks there are changes hardly ever.
  const names = useComputed(() =>
    (measured.points.value.at(-1)?.checks ?? []).map(({ check }) => check).join(' '),
  );
  const drawnNames = useComputed(() => drawnChecks(measured.points.value).join(' '));
  const evidence = rollout.value?.verdict?.evidence ?? [];
  const isLeftToPerson =
    rollout.value !== undefined && strategyOf(rollout.value).onHarm === 'pause';
  const checks = names.value.split(' ').filter(Boolean);
  const drawn = drawnNames.value.split(' ').filter(Boolean);
  const others = checks.filter((check) => !drawn.includes(check));
  if (checks.length === 0) return null;
  return (
    <section class="card">
      <h2>What the judge knows</h2>
      <p class="note">
        How much worse the canary is than stable, check by check.{' '}
        <Explained of="interval">The tinted interval</Explained> closes as requests come in. The
        further all of it lies beyond the <Explained of="tolerance">tolerance</Explained>, the
        stronger the <Explained of="evidence">evidence for harm</Explained>: enough of it, of all
        checks together, {isLeftToPerson ? 'pauses it for a person' : 'rolls back'}. Where all of it
        lies within the <Explained of="gate">gate</Explained>, that check is safe; when every gate
        is passed and nothing leans to harm, it may be promoted.
      </p>
      <div class="charts two">
        {drawn.map((check) => (
          <CheckChart
            key={check}
            check={check}
            line={lines.value.find((line) => line.check === check)}
            evidence={evidence.find((one) => one.check === check)}
            alpha={alpha.value}
            onHarm={isLeftToPerson ? 'pauses' : 'rolls back'}
            {...measured}
          />
        ))}
      </div>
      {others.length === 0 ? null : (
        <div class="not-drawn">
          <h3>Nothing to be drawn</h3>
          <dl>
            {others.map((check) => (
              <div key={check} data-numbers>
                <dt>
                  <Explained of="estimate">{checkName(check)}</Explained>
                </dt>
                <dd class="words">
                  {evidence.find((one) => one.check === check)?.sentence ?? '–'}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </section>
  );
}

/** The checks that ever had a number, in the order in which they got one: what is drawn already stays where it is. */
function drawnChecks(points: readonly PointBody[]): string[] {
  const seen = new Set<string>();
  for (const { checks } of points) for (const one of checks) if (isKnown(one)) seen.add(one.check);
  const newest = new Set((points.at(-1)?.checks ?? []).map(({ check }) => check));
  return [...seen].filter((check) => newest.has(check));
}

function isKnown({ value, low, high }: PointBody['checks'][number]): boolean {
  return value !== null || low !== null || high !== null;
}
