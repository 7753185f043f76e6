import { toPercent } from '../../src/domain/share.js';
import type { Effect, EffectType } from '../../src/rollout/machine/effects.js';
import type {
  RolloutEvent,
  RolloutEventBody,
  RolloutId,
} from '../../src/rollout/machine/events.js';
import { begin } from '../../src/rollout/machine/fold.js';
import type { Rollout } from '../../src/rollout/machine/state.js';
import { transition } from '../../src/rollout/machine/transition.js';
import type { Strategy } from '../../src/rollout/strategy/strategy.js';
import { strategyOf } from './strategies.js';

export const ada = { by: 'ada', why: 'I say so' };

/** A rollout that a test tells events to, one by one, with the time in its hand. */
export class ToldRollout {
  state: Rollout;
  nowMs = 1_000_000;
  readonly events: RolloutEvent[];
  readonly effects: Effect[];
  /** What the newest event asked for. */
  newest: readonly Effect[];

  constructor(strategy: Strategy | Partial<Strategy> = {}) {
    const submitted: RolloutEvent = {
      v: 1,
      atMs: this.nowMs,
      type: 'submitted',
      strategy: strategyOf(strategy),
      ...ada,
    };
    this.events = [submitted];
    [this.state, this.newest] = begin('r1' as RolloutId, submitted);
    this.effects = [...this.newest];
  }

  tell(body: RolloutEventBody): this {
    const event = { ...body, v: 1, atMs: this.nowMs } as RolloutEvent;
    this.events.push(event);
    [this.state, this.newest] = transition(this.state, event);
    this.effects.push(...this.newest);
    return this;
  }

  wait(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  /** The canary is loaded. */
  ready(): this {
    return this.tell({ type: 'canary-ready', effect: this.latest('load-canary').id });
  }

  /** The router confirms what it was told last. */
  applied(observed?: number): this {
    const effect = this.latest('set-weights');
    const weight = effect.type === 'set-weights' ? effect.weight : 0;
    return this.tell({
      type: 'weights-applied',
      effect: effect.id,
      observed: toPercent(observed ?? weight),
    });
  }

  gate(verdict: 'passed' | 'failed'): this {
    const effect = this.latest('run-gate').id;
    return this.tell({ type: `gate-${verdict}`, effect, reason: `it ${verdict}` });
  }

  promoted(): this {
    return this.tell({ type: 'version-promoted', effect: this.latest('promote-version').id });
  }

  judged(
    verdict: 'harm' | 'safe' | 'undecided' | 'unmeasurable',
    changes: Partial<RolloutEventBody & { type: 'judged' }> = {},
  ): this {
    return this.tell({
      type: 'judged',
      entry: this.state.entry,
      verdict,
      leansToHarm: verdict === 'harm',
      safe: verdict === 'safe',
      reason: `it is ${verdict}`,
      canaryRequests: 1_000,
      stableRequests: 1_000,
      ...changes,
    });
  }

  /** Serves the hold of a weight step, and has the judge look. */
  serve(verdict: 'safe' | 'undecided' = 'undecided'): this {
    return this.applied().wait(30_000).judged(verdict);
  }

  /** Goes to this step as a good canary would. */
  toStep(index: number): this {
    if (this.state.phase.kind === 'preparing') this.ready();
    for (let at = this.state.step; at < index; at++) this.serve('safe');
    if (this.state.step !== index) throw new Error(`it is at step ${this.state.step}`);
    return this;
  }

  latest(type: EffectType): Effect {
    const effect = this.effects.findLast((candidate) => candidate.type === type);
    if (effect === undefined) throw new Error(`no effect ${type} yet`);
    return effect;
  }

  get phase(): string {
    return this.state.phase.kind;
  }

  get asked(): string[] {
    return this.newest.map((effect) =>
      effect.type === 'set-weights' ? `set-weights ${effect.weight}` : effect.type,
    );
  }
}
