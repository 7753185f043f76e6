import type { RolloutId } from '../../domain/rollout-id.js';
import type { ServerContext } from '../context.js';
import type { Follower } from './follow.js';
import type { RolloutView } from './view.js';

/**
 * Tells a client of every rollout that changes, how it stands then. Each message has the position of
 * its event among those of all rollouts as its id: one who comes back is told each rollout that
 * changed meanwhile, once, as it stands, in the order in which they changed.
 * What is measured between two changes is told as `measured`, without an id: the next one says it anew.
 * @param seen the newest position that the client knows; undefined: it asks for what is to come
 * @throws SerinError `store-failed`, before anything is sent
 */
export async function followRollouts(
  { rollouts: { controller, timelines } }: ServerContext,
  view: RolloutView,
  seen: number | undefined,
  begin: () => Follower,
): Promise<void> {
  const newest = await controller.newestPosition();
  const follower = begin();
  // A client that knows more than there is followed another log: what happens now is told it all the same.
  let told = Math.min(seen ?? newest, newest);
  // One who loses the connection before anything happens knows where it was, too.
  follower.mark(told);
  let turn: Promise<void> = Promise.resolve();
  let isDue = false;
  const tellNews = (): void => {
    if (isDue) return;
    isDue = true;
    turn = turn.then(async () => {
      isDue = false;
      for (const head of await controller.changedSince(told)) {
        const summary = await view.summaryAt(head);
        if (summary === undefined) follower.mark(head.position);
        else follower.send('rollout', summary, head.position);
        told = head.position;
      }
    });
    // A log that cannot be read ends the stream: the client comes back, and is told why.
    turn = turn.catch(() => follower.end());
  };
  const measured = new Set<RolloutId>();
  const tellMeasured = (id: RolloutId): void => {
    // One look of the judge measures many rollouts; they are told together.
    if (measured.size === 0) {
      turn = turn.then(async () => {
        const all = [...measured];
        measured.clear();
        for (const one of all) follower.send('measured', view.summary(await controller.show(one)));
      });
      turn = turn.catch(() => follower.end());
    }
    measured.add(id);
  };
  const stops = [controller.onChange(tellNews), timelines.onPoint(tellMeasured)];
  follower.onClose(() => {
    for (const stop of stops) stop();
  });
  tellNews();
}
