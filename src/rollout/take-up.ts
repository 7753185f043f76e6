import { SerinError, toSerinError } from '../domain/errors.js';
import type { RolloutId } from '../domain/rollout-id.js';
import { toPercent } from '../domain/share.js';
import type { EventLog } from '../store/event-log.js';
import { backOffMs } from './back-off.js';
import type { Effect } from './machine/effects.js';
import { fold } from './machine/fold.js';
import { mustHold } from './machine/must-hold.js';
import { readEvent } from './machine/read-event.js';
import type { Rollout } from './machine/state.js';
import type { ControllerPorts } from './ports.js';
import type { RunningRollout } from './running-rollout.js';
import { readEffect } from './stored-form.js';

/** A rollout as the log has it, and what the log still wants done for it. */
export interface LoggedRollout {
  readonly state: Rollout;
  readonly sequence: number;
  readonly pending: readonly Effect[];
}

/** @throws SerinError `rollout-not-found`, `rollout-log-invalid`, `store-failed` */
export async function readRollout(log: EventLog, id: RolloutId): Promise<LoggedRollout> {
  const stored = await log.read(id);
  const effects = await log.pendingEffects(id);
  // An event that came between the two readings would have its effects without being known here.
  if ((await log.read(id, stored.length)).length > 0) return readRollout(log, id);
  if (stored.length === 0) {
    throw new SerinError('rollout-not-found', { found: JSON.stringify(id) });
  }
  const events = stored.map(({ event }) => readEvent(event));
  const pending = effects.map((effect) => readEffect(effect));
  return { state: fold(id, events), sequence: stored.length, pending };
}

/**
 * Brings the world to what must hold for a rollout that was taken up: a server that was killed may
 * have lost its runners, its router's weights and its judge's counts. A weight that is too high is
 * lowered first; one that is too low is raised only when the canary is loaded again.
 * @param isClosed ends the tries
 */
export async function restoreWorld(
  ports: ControllerPorts,
  rollout: RunningRollout,
  isClosed: () => boolean,
): Promise<void> {
  rollout.restoringFrom = toPercent(0);
  await untilItWorks(ports, rollout, isClosed, async () => {
    const { weight } = mustHold(rollout.state);
    if (weight === undefined || !ports.router.capabilities.verify) return;
    const inForce = await ports.router.weightInForce(rollout.state.strategy.model);
    rollout.restoringFrom = inForce;
    if (inForce > weight) await rollout.verifyWeight();
  });
  if (mustHold(rollout.state).canaryLoaded) await rollout.restore({ type: 'load-canary' });
  rollout.restoringFrom = undefined;
  await untilItWorks(ports, rollout, isClosed, async () => {
    if (mustHold(rollout.state).weight !== undefined) await rollout.verifyWeight();
  });
  const { shadow, judging, previousWarmUntilMs: untilMs } = mustHold(rollout.state);
  if (shadow !== undefined) void rollout.restore({ type: 'start-shadow', percent: shadow });
  if (judging !== undefined) void rollout.restore({ type: 'open-judge-step', ...judging });
  if (untilMs !== undefined) void rollout.restore({ type: 'keep-warm', untilMs });
}

async function untilItWorks(
  { clock }: ControllerPorts,
  rollout: RunningRollout,
  isClosed: () => boolean,
  work: () => Promise<void>,
): Promise<void> {
  for (let failures = 1; !isClosed(); failures++) {
    try {
      await work();
      return;
    } catch (thrown) {
      const { message } = toSerinError(thrown);
      rollout.warn('a rollout could not be restored yet', { failures, reason: message });
      await new Promise<void>((resolve) => clock.after(backOffMs(failures), resolve));
    }
  }
}
