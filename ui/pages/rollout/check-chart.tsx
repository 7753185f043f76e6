import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { PointBody } from '../../../src/api/contract/rollouts.js';
import type { ChartPlan, Line } from '../../charts/chart-plan.js';
import type { Mark } from '../../charts/marks.js';
import { TimeChart } from '../../charts/time-chart.js';
import { Badge } from '../../parts/badge.js';
import { Explained } from '../../parts/explained.js';
import { count, estimate, number, odds } from '../../words/format.js';
import { checkName, verdictTone } from '../../words/words.js';
import { levelsOf, type CheckLines, type Evidence } from './levels.js';
import { LineNote } from './line-note.js';

/** What is drawn over time, and the moments that are marked in it. */
export interface Measured {
  readonly points: ReadonlySignal<readonly PointBody[]>;
  readonly marks: ReadonlySignal<readonly Mark[]>;
}

/** One check: the interval in which the truth lies over time, what decides, and how strong the evidence is. */
export function CheckChart({
  check,
  line,
  evidence,
  alpha,
  onHarm,
  points,
  marks,
}: Measured & {
  readonly check: string;
  readonly line: CheckLines | undefined;
  readonly evidence: Evidence | undefined;
  readonly alpha: number | undefined;
  /** What it does where harm is sure. */
  readonly onHarm: 'pauses' | 'rolls back';
}) {
  const unit = line?.unit ?? evidence?.estimate?.unit ?? null;
  const plan = useMemo(() => checkPlan(check, unit), [check, unit]);
  const drawn = levelsOf(line, evidence);
  const levels = useSignal(drawn);
  useEffect(() => {
    levels.value = drawn;
  }, [drawn.map(({ words, at }) => `${words} ${at}`).join()]);
  return (
    <div class="check">
      <TimeChart plan={plan} points={points} marks={marks} levels={levels} />
      {evidence === undefined ? null : (
        <>
          <p class="check-sentence">
            <Badge tone={verdictTone(evidence.verdict)}>{evidence.verdict}</Badge>{' '}
            {evidence.sentence}
          </p>
          <LineNote line={line} evidence={evidence} />
          <dl class="facts small">
            <SmallFact
              name="for harm"
              of="evidence"
              value={oddsOf(evidence, evidence.harm_log_e)}
            />
            <SmallFact
              name={`${onHarm} at`}
              of="alpha"
              value={alpha === undefined ? '–' : odds(-Math.log(alpha))}
            />
            <SmallFact
              name="against harm"
              of="safeEvidence"
              value={evidence.safe_log_e === null ? '–' : oddsOf(evidence, evidence.safe_log_e)}
            />
            <SmallFact
              name="samples"
              of="samples"
              value={`${count(evidence.samples.stable)} and ${count(evidence.samples.canary)}`}
            />
            <SmallFact
              name="effective sample n/φ"
              of="overdispersion"
              value={effectiveSample(evidence)}
            />
          </dl>
        </>
      )}
    </div>
  );
}

/** Where nothing was measured, nothing is said. */
function oddsOf({ samples }: Evidence, logE: number): string {
  return samples.stable + samples.canary === 0 ? '–' : odds(logE);
}

/** Both arms' requests, as far as they tell something each: divided by the over-dispersion. */
function effectiveSample({ samples, overdispersion }: Evidence): string {
  if (samples.stable + samples.canary === 0) return '–';
  const effective = Math.round((samples.stable + samples.canary) / overdispersion);
  return `${count(effective)} (φ ${number(overdispersion)})`;
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

function checkPlan(check: string, unit: string | null): ChartPlan {
  const of = (read: 'value' | 'low' | 'high'): Line['read'] => {
    return (point) => point.checks.find((one) => one.check === check)?.[read] ?? null;
  };
  return {
    title: checkName(check),
    of: 'estimate',
    format: (value) => estimate(value, unit),
    // Twice as many and half as many are equally far from as many.
    axis: unit === 'ratio' ? 'log' : 'free',
    height: 180,
    band: [1, 2],
    lines: [
      { name: 'canary against stable', colour: 'canary-fill', read: of('value') },
      { name: 'at most', colour: 'canary-fill', read: of('high'), isBound: true },
      { name: 'at least', colour: 'canary-fill', read: of('low'), isBound: true },
    ],
  };
}
