import type { RolloutId } from '../../domain/rollout-id.js';
import { isActive } from '../../rollout/machine/waiting.js';
import type { ServerContext } from '../context.js';
import { eventBody } from './event-body.js';
import type { Follower } from './follow.js';
import { pointBody } from './point.js';
import type { RolloutView } from './view.js';

/**
 * Tells a client everything about one rollout: what it has missed, what happens, what is measured,
 * and the end.
 * @param seen the newest event that the client knows
 * @throws SerinError `rollout-not-found`, before anything is sent
 */
export async function followRollout(
  { rollouts }: ServerContext,
  view: RolloutView,
  id: RolloutId,
  seen: number,
  begin: () => Follower,
): Promise<void> {
  const { length } = await view.histories.of(id);
  const follower = begin();
  // A client that knows more than there is followed another log: what happens now is told it all the same.
  let told = Math.min(seen, length);
  let turn: Promise<void> = Promise.resolve();
  let isDue = false;
  const tellNews = (): void => {
    // How it stands is told once, however much happened since it was told the last time.
    if (isDue) return;
    isDue = true;
    turn = turn.then(async () => {
      isDue = false;
      const history = await view.histories.of(id);
      for (const happening of history.slice(told)) {
        follower.send('event', eventBody(happening), happening.sequence);
        told = happening.sequence;
      }
      const body = view.bodyOf(history);
      follower.send('rollout', body);
      const { after } = history.at(-1) ?? history[0];
      if (isActive(after)) return;
      follower.send('end', body);
      follower.end();
    });
    // A log that cannot be read ends the stream: the client comes back, and is told why.
    turn = turn.catch(() => follower.end());
  };
  const stops = [
    rollouts.controller.onChange((rollout) => {
      if (rollout.id === id) tellNews();
    }),
    rollouts.timelines.onPoint((rollout, point) => {
      if (rollout !== id) return;
      follower.send('point', pointBody(point));
      tellNews();
    }),
  ];
  follower.onClose(() => {
    for (const stop of stops) stop();
  });
  tellNews();
}
