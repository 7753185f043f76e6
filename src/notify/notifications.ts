import { SerinError, toSerinError } from '../domain/errors.js';
import type { RolloutId } from '../domain/rollout-id.js';
import { postJson, shownAddress } from '../outgoing/post-json.js';
import type { EffectId } from '../rollout/machine/events.js';
import type { Notifier, OfRollout } from '../rollout/ports.js';
import { NotifyOn, type NotifyTarget } from '../rollout/strategy/strategy.js';
import { slackMessage, webhookMessage, type Notification, type Standing } from './notification.js';

export interface NotificationsOptions {
  /** Where a rollout stands now, for the message; undefined where nobody knows. */
  readonly standing: (id: RolloutId) => Promise<Standing | undefined>;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Told of what a person should know but nobody waits for. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Moves the tag `stable` of a registry after a rollout has ended; absent where none can. */
  readonly followWithTag?: FollowWithTag;
  /** Until a target has answered. Default 5 s. */
  readonly timeoutMs?: number;
}

/**
 * Moves the tag `stable` to an image that was promoted, or back from one that was rolled back.
 * @throws SerinError why it could not
 */
export type FollowWithTag = (
  image: string,
  ended: typeof NotifyOn.Promoted | typeof NotifyOn.RolledBack,
) => Promise<void>;

/** Notifications that were told in part are remembered until they are told in full; so many. */
const mostUnderWay = 1000;

interface UnderWay {
  readonly atMs: number;
  /** By their places in the strategy. */
  readonly told: Set<number>;
}

/** Tells webhooks and Slack of rollouts, as their strategies say. */
export class Notifications implements Notifier {
  /** What a repetition need not tell again, by its effect. */
  readonly #underWay = new Map<EffectId, UnderWay>();

  constructor(private readonly options: NotificationsOptions) {}

  /**
   * Tells every target of this event that was not told by an earlier try.
   * @throws SerinError `notification-failed` when a target could not be reached or is overloaded:
   * then it is to be tried again. A target that refuses is given up, with a warning.
   */
  async notify(of: OfRollout, on: NotifyOn, reason: string, effect: EffectId): Promise<void> {
    const { atMs, told } = this.#takeUp(effect);
    const standing = await this.options.standing(of.rolloutId);
    const { rolloutId, strategy } = of;
    const notification = { rolloutId, strategy, on, reason, atMs, standing };
    const failures = await Promise.all(
      strategy.notify.map(async (target, place) => {
        if (!target.on.includes(on) || told.has(place)) return undefined;
        const failure = await this.#tell(target, notification, effect);
        if (failure === undefined) told.add(place);
        return failure;
      }),
    );
    const failure = failures.find((found) => found !== undefined);
    if (failure !== undefined) throw failure;
    this.#underWay.delete(effect);
  }

  /** @returns why it is to be tried again */
  async #tell(
    target: NotifyTarget,
    notification: Notification,
    effect: EffectId,
  ): Promise<SerinError | undefined> {
    if (target.kind === 'stable-tag') return this.#moveTag(notification, effect);
    const { timeoutMs = 5_000, warn } = this.options;
    const reply = await postJson(target.url, messageFor(target.kind, notification), {
      headers: { 'idempotency-key': effect },
      timeoutMs,
    });
    const to = shownAddress(target.url);
    switch (reply.kind) {
      case 'timed-out':
        return failed(`an answer from ${to} within ${timeoutMs} ms`, 'none');
      case 'unreachable':
        return failed(`an answer from ${to}`, reply.reason);
      case 'answered': {
        const { status, text } = reply;
        if (mayWorkLater(status)) return failed(`2xx from ${to}`, `status ${status}`);
        if (status >= 300) {
          const answer = text.slice(0, 200);
          warn('a notification was refused', { to, status, answer, effect });
        }
        return undefined;
      }
    }
  }

  async #moveTag(
    { strategy: { canary }, on }: Notification,
    effect: EffectId,
  ): Promise<SerinError | undefined> {
    const image = canary.kind === 'image' ? canary.pinned : undefined;
    const { followWithTag, warn } = this.options;
    if (on !== NotifyOn.Promoted && on !== NotifyOn.RolledBack) return undefined;
    try {
      if (image !== undefined) await followWithTag?.(image, on);
      return undefined;
    } catch (thrown) {
      const { code, message } = toSerinError(thrown);
      if (passes.has(code)) return failed(`the tag stable to follow ${image ?? ''}`, message);
      warn('the tag stable could not be moved', { reason: message, effect });
      return undefined;
    }
  }

  #takeUp(effect: EffectId): UnderWay {
    const known = this.#underWay.get(effect);
    if (known !== undefined) return known;
    const fresh: UnderWay = { atMs: this.options.nowMs(), told: new Set() };
    this.#underWay.set(effect, fresh);
    // What was given up is never told in full.
    const oldest = this.#underWay.keys().next();
    if (this.#underWay.size > mostUnderWay && oldest.done !== true) {
      this.#underWay.delete(oldest.value);
    }
    return fresh;
  }
}

function messageFor(kind: 'webhook' | 'slack', notification: Notification): object {
  switch (kind) {
    case 'webhook':
      return webhookMessage(notification);
    case 'slack':
      return slackMessage(notification);
  }
}

/** What a registry may do better the next time. */
const passes: ReadonlySet<string> = new Set([
  'registry-unreachable',
  'registry-busy',
  'registry-failed',
]);

/** Overload, and a request that took too long (RFC 9110, 15.5.9; RFC 6585, 4), pass. */
function mayWorkLater(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function failed(expected: string, found: string): SerinError {
  return new SerinError('notification-failed', { expected, found });
}
