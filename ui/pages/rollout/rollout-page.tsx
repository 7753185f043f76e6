import { useComputed } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { RolloutBody } from '../../../src/api/contract/rollouts.js';
import { marksOf } from '../../charts/marks.js';
import { addressOf } from '../../data/address.js';
import { followRollout, type FollowedRollout } from '../../data/rollout.js';
import { strategyOf } from '../../data/strategy.js';
import { Awaited, Notice } from '../../parts/notice.js';
import { ArmCharts } from './arm-charts.js';
import { EvidenceCharts } from './evidence-charts.js';
import { FrontOfRollout } from './front-of-rollout.js';
import { Gates } from './gates.js';
import { Happened } from './happened.js';
import { Headline } from './headline.js';
import { Predictions } from './predictions.js';
import { Shadow } from './shadow.js';
import { Standing } from './standing.js';
import { StepsLine } from './steps-line.js';
import { StrategyText } from './strategy-text.js';

/** One rollout: where it stands, how both arms do, what the judge makes of it, what can be done. */
export function RolloutPage({ id }: { readonly id: string }) {
  const followed = useMemo(() => followRollout(id), [id]);
  useEffect(() => followed.stop, [followed]);
  const problem = followed.problem.value;
  const rollout = followed.rollout.value;
  useEffect(() => {
    if (rollout !== undefined) {
      document.title = `${rollout.model} ${rollout.stable} → ${rollout.canary} · Serin`;
    }
    return () => {
      document.title = 'Serin';
    };
  }, [rollout?.id]);
  if (rollout === undefined) {
    return problem === undefined ? (
      <Awaited />
    ) : (
      <Notice tone="bad">
        {problem} <a href={addressOf(['history'])}>All rollouts</a>
      </Notice>
    );
  }
  return (
    <>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      <Headline rollout={rollout} take={followed.take} />
      <StepsLine rollout={rollout} />
      <Standing rollout={rollout} />
      {isBehindFront(rollout) ? (
        <FrontOfRollout model={rollout.model} weight={rollout.weight} />
      ) : null}
      <Measured followed={followed} />
    </>
  );
}

/** Of one that has ended, the front is another rollout's, or nobody's. */
function isBehindFront(rollout: RolloutBody): boolean {
  return rollout.outcome === null && strategyOf(rollout).router === 'nginx';
}

/** Counts of copies begin anew with the server; after the shadow step, zeros would say nothing true. */
function hasNoPair(
  { pairs, failed, shed }: NonNullable<RolloutBody['shadow']>,
  phase: RolloutBody['phase'],
): boolean {
  return phase !== 'shadowing' && pairs + failed + shed === 0;
}

function Measured({ followed }: { readonly followed: FollowedRollout }) {
  const { points, lines, alpha, events, rollout } = followed;
  const marks = useComputed(() => marksOf(events.value));
  const now = rollout.value;
  const hasPoints = points.value.length > 0;
  return (
    <div class="columns">
      <div class="wide-column">
        {hasPoints ? (
          <>
            <ArmCharts points={points} marks={marks} />
            <EvidenceCharts {...{ points, marks, lines, alpha, rollout }} />
          </>
        ) : (
          <section class="card">
            <h2>Both arms</h2>
            <p class="note">
              {now?.outcome === null
                ? 'Nothing is measured yet. Charts appear as soon as both versions get requests.'
                : 'Nothing was measured: this rollout ended before both versions had requests.'}
            </p>
          </section>
        )}
        {now === undefined ? null : <Predictions rollout={now} hasPoints={hasPoints} />}
        {now === undefined || now.shadow === null || hasNoPair(now.shadow, now.phase) ? null : (
          <Shadow id={now.id} shadow={now.shadow} />
        )}
      </div>
      <div class="narrow-column">
        <Happened events={events.value} />
        {now === undefined || now.gates.length === 0 ? null : <Gates gates={now.gates} />}
        {now === undefined ? null : <StrategyText strategy={now.strategy} why={now.why} />}
      </div>
    </div>
  );
}
