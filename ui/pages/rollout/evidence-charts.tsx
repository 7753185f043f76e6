import { useComputed, type ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type {
  EvidenceOverTime,
  PointBody,
  RolloutBody,
} from '../../../src/api/contract/rollouts.js';
import type { Mark } from '../../charts/marks.js';
import { TimeChart, type ChartPlan, type Level, type Line } from '../../charts/time-chart.js';
import { Badge } from '../../parts/badge.js';
import { Explained } from '../../parts/explained.js';
import { count, estimate, number, odds } from '../../words/format.js';
import { checkName, verdictTone } from '../../words/words.js';

type Evidence = NonNullable<RolloutBody['verdict']>['evidence'][number];
type CheckLines = EvidenceOverTime['lines'][number];

interface Measured {
  readonly points: ReadonlySignal<readonly PointBody[]>;
  readonly marks: ReadonlySignal<readonly Mark[]>;
}

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
  const checks = names.value.split(' ').filter(Boolean);
  const drawn = drawnNames.value.split(' ').filter(Boolean);
  const others = checks.filter((check) => !drawn.includes(check));
  if (checks.length === 0) return null;
  return (
    <section class="card">
      <h2>What the judge knows</h2>
      <p class="note">
        How much worse the canary is than stable, check by check.{' '}
        <Explained of="interval">The tinted interval</Explained> closes as requests come in. All of
        it above the <Explained of="tolerance">tolerance</Explained>: harm. All of it below the{' '}
        <Explained of="gate">gate</Explained>: safe.
      </p>
      <div class="charts two">
        {drawn.map((check) => (
          <CheckChart
            key={check}
            check={check}
            line={lines.value.find((line) => line.check === check)}
            evidence={evidence.find((one) => one.check === check)}
            alpha={alpha.value}
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

function CheckChart({
  check,
  line,
  evidence,
  alpha,
  points,
  marks,
}: Measured & {
  readonly check: string;
  readonly line: CheckLines | undefined;
  readonly evidence: Evidence | undefined;
  readonly alpha: number | undefined;
}) {
  const { tolerance = null, gate = null } = line ?? {};
  const unit = line?.unit ?? evidence?.estimate?.unit ?? null;
  const plan = useMemo(
    () => checkPlan(check, unit, tolerance, gate),
    [check, unit, tolerance, gate],
  );
  return (
    <div class="check">
      <TimeChart plan={plan} points={points} marks={marks} />
      {evidence === undefined ? null : (
        <>
          <p class="check-sentence">
            <Badge tone={verdictTone(evidence.verdict)}>{evidence.verdict}</Badge>{' '}
            {evidence.sentence}
          </p>
          <dl class="facts small">
            <SmallFact name="for harm" of="evidence" value={odds(evidence.harm_log_e)} />
            {alpha === undefined ? null : (
              <SmallFact name="rolls back at" of="alpha" value={odds(-Math.log(alpha))} />
            )}
            {evidence.safe_log_e === null ? null : (
              <SmallFact name="against harm" of="safeEvidence" value={odds(evidence.safe_log_e)} />
            )}
            <SmallFact
              name="samples"
              of="samples"
              value={`${count(evidence.samples.stable)} and ${count(evidence.samples.canary)}`}
            />
            <SmallFact
              name="over-dispersion φ"
              of="overdispersion"
              value={number(evidence.overdispersion)}
            />
          </dl>
        </>
      )}
    </div>
  );
}

/** The checks that ever had a number, in the order of the newest point. */
function drawnChecks(points: readonly PointBody[]): string[] {
  const seen = new Set<string>();
  for (const { checks } of points) for (const one of checks) if (isKnown(one)) seen.add(one.check);
  const newest = points.at(-1)?.checks ?? [];
  return newest.map(({ check }) => check).filter((check) => seen.has(check));
}

function isKnown({ value, low, high }: PointBody['checks'][number]): boolean {
  return value !== null || low !== null || high !== null;
}

function SmallFact({
  name,
  of,
  value,
}: {
  readonly name: string;
  readonly of: 'evidence' | 'alpha' | 'safeEvidence' | 'samples' | 'overdispersion';
  readonly value: string;
}) {
  return (
    <div class="fact">
      <dt>
        <Explained of={of}>{name}</Explained>
      </dt>
      <dd>{value}</dd>
    </div>
  );
}

function checkPlan(
  check: string,
  unit: string | null,
  tolerance: number | null,
  gate: number | null,
): ChartPlan {
  const of = (read: 'value' | 'low' | 'high'): Line['read'] => {
    return (point) => point.checks.find((one) => one.check === check)?.[read] ?? null;
  };
  const levels: Level[] = [
    ...(tolerance === null ? [] : [{ at: tolerance, words: 'tolerance', colour: 'bad' } as const]),
    ...(gate === null ? [] : [{ at: gate, words: 'gate', colour: 'good' } as const]),
  ];
  return {
    title: checkName(check),
    of: 'estimate',
    format: (value) => estimate(value, unit),
    // Twice as many and half as many are equally far from as many.
    axis: unit === 'ratio' ? 'log' : 'free',
    height: 180,
    levels,
    band: [1, 2],
    lines: [
      { name: 'canary against stable', colour: 'canary-fill', read: of('value') },
      { name: 'at most', colour: 'canary-fill', read: of('high'), isBound: true },
      { name: 'at least', colour: 'canary-fill', read: of('low'), isBound: true },
    ],
  };
}
