import type { RolloutId } from '../domain/rollout-id.js';
import type { Percent } from '../domain/share.js';
import { artefactName } from '../rollout/strategy/artefact-name.js';
import type { NotifyOn, Strategy } from '../rollout/strategy/strategy.js';

/** Where a rollout stands while somebody is told of it. */
export interface Standing {
  readonly phase: string;
  readonly weight: Percent;
}

/** Something that somebody is told. */
export interface Notification {
  readonly rolloutId: RolloutId;
  readonly strategy: Strategy;
  readonly on: NotifyOn;
  readonly reason: string;
  /** Milliseconds since 1970, of the first try. */
  readonly atMs: number;
  /** Undefined where it is not known. */
  readonly standing: Standing | undefined;
}

/** What a webhook is sent: docs/reference/notifications-and-gates.md says the same. */
export function webhookMessage(notification: Notification): object {
  const { rolloutId, strategy, on, reason, atMs, standing } = notification;
  return {
    event: on,
    rollout: rolloutId,
    model: strategy.model,
    stable: artefactName(strategy.stable),
    canary: artefactName(strategy.canary),
    phase: standing?.phase ?? null,
    weight: standing?.weight ?? null,
    reason,
    time: new Date(atMs).toISOString(),
  };
}

/** What a Slack incoming webhook is sent: one line with the outcome first. */
export function slackMessage(notification: Notification): object {
  const { rolloutId, strategy, on, reason, standing } = notification;
  const weight = standing === undefined ? '' : `, at ${standing.weight}%`;
  const text =
    `${marks[on]} *${escaped(strategy.model)}*: the rollout of ` +
    `${escaped(artefactName(strategy.canary))} ${words[on]}${weight}. ` +
    `${escaped(reason)} (${escaped(rolloutId)})`;
  return { text };
}

const words: Readonly<Record<NotifyOn, string>> = {
  started: 'has started',
  advanced: 'goes on',
  paused: 'is paused',
  promoted: 'ended well: it is stable now',
  'rolled-back': 'was rolled back',
  failed: 'failed before any traffic',
  aborted: 'was aborted',
};

const marks: Readonly<Record<NotifyOn, string>> = {
  started: ':hatching_chick:',
  advanced: ':arrow_forward:',
  paused: ':double_vertical_bar:',
  promoted: ':white_check_mark:',
  'rolled-back': ':leftwards_arrow_with_hook:',
  failed: ':x:',
  aborted: ':octagonal_sign:',
};

/** Slack reads these three as its own marks; "Escaping text" of its documentation. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
