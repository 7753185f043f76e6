import type { RolloutBody } from '../../../src/api/contract/rollouts.js';
import { addressOf } from '../../data/address.js';
import { PhaseBadge } from '../../parts/badge.js';
import { Explained } from '../../parts/explained.js';
import { moment } from '../../words/format.js';
import { ActionBar } from './action-bar.js';
import { RolesOfVersions } from './roles.js';

/** What this rollout is, what it is doing or how it ended and why, and what can be done. */
export function Headline({
  rollout,
  take,
}: {
  readonly rollout: RolloutBody;
  readonly take: (body: RolloutBody) => void;
}) {
  const { model, stable, canary, phase, sentence, waits_for: waitsFor } = rollout;
  return (
    <section class="headline">
      <div class="headline-words">
        <h1>
          <a href={addressOf(['models', model])}>{model}</a>{' '}
          <span class="versions">
            <span class="arm-stable">{stable}</span> <span aria-label="to">→</span>{' '}
            <span class="arm-canary">{canary}</span>
          </span>{' '}
          <PhaseBadge phase={phase} />
        </h1>
        <RolesOfVersions {...rollout} />
        <p class="sentence" aria-live="polite">
          {sentence}
        </p>
        <p class="note">
          {waitsFor === null ? null : `Waits for ${waitsFor}. `}
          <Explained of="started">Started</Explained> {moment(rollout.started_at)} by{' '}
          {rollout.started_by}
          {rollout.attempt > 1 ? (
            <>
              , <Explained of="attempt">attempt {rollout.attempt}</Explained>
            </>
          ) : null}
          {rollout.ended_at === null ? null : (
            <>
              ; <Explained of="ended">ended</Explained> {moment(rollout.ended_at)}
            </>
          )}
          {rollout.warm_until === null ? null : (
            <>
              ; {stable} is <Explained of="keptWarm">kept warm</Explained> until{' '}
              {moment(rollout.warm_until)}
            </>
          )}
          .
        </p>
      </div>
      <ActionBar rollout={rollout} take={take} />
    </section>
  );
}
