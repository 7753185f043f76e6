import type { ActionName, RolloutSummary } from '../../src/api/contract/rollouts.js';

/** How a word is coloured. */
export type Tone = 'good' | 'bad' | 'wait' | 'busy' | 'quiet';

type Phase = RolloutSummary['phase'];

/** Each phase in words, and how it looks. */
export const phases: Readonly<Record<Phase, { readonly words: string; readonly tone: Tone }>> = {
  preparing: { words: 'Preparing', tone: 'busy' },
  shadowing: { words: 'Shadowing', tone: 'busy' },
  progressing: { words: 'In progress', tone: 'busy' },
  'at-gate': { words: 'At a gate', tone: 'wait' },
  paused: { words: 'Paused', tone: 'wait' },
  'holding-back': { words: 'Holding back', tone: 'busy' },
  promoting: { words: 'Promoting', tone: 'busy' },
  promoted: { words: 'Promoted', tone: 'good' },
  'rolling-back': { words: 'Rolling back', tone: 'bad' },
  'rolled-back': { words: 'Rolled back', tone: 'bad' },
  failed: { words: 'Failed', tone: 'bad' },
  aborted: { words: 'Aborted', tone: 'quiet' },
};

/** Each check in words. A check that is new on the server is shown by its own name. */
const checks: Readonly<Record<string, string>> = {
  errors: 'Errors',
  timeouts: 'Time-outs',
  'latency-mean': 'Mean latency',
  'latency-p95': 'p95 latency',
  'latency-p99': 'p99 latency',
  'latency-twice-p99': 'Very slow requests',
  predictions: 'Predictions',
  agreement: 'Agreement',
  feedback: 'Feedback',
};

export function checkName(check: string): string {
  return checks[check] ?? check;
}

/** Verdicts of checks, and how they look. */
export function verdictTone(verdict: string): Tone {
  if (verdict === 'harm') return 'bad';
  if (verdict === 'safe') return 'good';
  return verdict === 'unmeasurable' ? 'wait' : 'quiet';
}

interface ActionWords {
  /** On the button that opens the dialog, and on the one that does it. */
  readonly verb: string;
  readonly isGrave: boolean;
  /** What will happen. */
  readonly says: (rollout: RolloutSummary) => string;
}

/** What each action does, as the dialog says it before it is done. */
export const actions: Readonly<Record<ActionName, ActionWords>> = {
  pause: {
    verb: 'Pause',
    isGrave: false,
    says: ({ weight, canary }) =>
      `Version ${canary} keeps its ${weight}% of the traffic, and the rollout goes no further until somebody resumes it. Harm still rolls it back, unless its plan leaves that to a person.`,
  },
  resume: {
    verb: 'Resume',
    isGrave: false,
    says: () =>
      'The rollout goes on. The step in which it stopped begins again, at the weight of the plan.',
  },
  advance: {
    verb: 'Next step',
    isGrave: false,
    says: ({ canary }) =>
      `The rest of this step is skipped, although it has not served its time or its requests. Version ${canary} gets what the next step gives it.`,
  },
  weight: {
    verb: 'Set weight',
    isGrave: false,
    says: ({ canary }) =>
      `Version ${canary} gets this share of the traffic at once. The rollout pauses there until somebody resumes it.`,
  },
  promote: {
    verb: 'Promote',
    isGrave: true,
    says: ({ canary, stable, model }) =>
      `Version ${canary} becomes the stable version of ${model} and takes all traffic, whatever the evidence says by now. Version ${stable} stays loaded for a while, so that you can go back.`,
  },
  rollback: {
    verb: 'Roll back',
    isGrave: true,
    says: ({ canary, stable }) =>
      `Version ${canary} gets no request any more, at once; version ${stable} takes all traffic. The log will say that this canary was bad.`,
  },
  abort: {
    verb: 'Abort',
    isGrave: true,
    says: ({ canary, stable }) =>
      `Version ${canary} gets no request any more; version ${stable} takes all traffic. Unlike a roll-back, this says nothing about the canary.`,
  },
  retry: {
    verb: 'Try again',
    isGrave: false,
    says: ({ canary }) =>
      `The rollout of version ${canary} starts again from the beginning, with the same strategy.`,
  },
};
