import { Judge, type JudgeState } from '../analysis/judge.js';
import type { PartialJudgeSettings } from '../analysis/read-judge-settings.js';
import { Arm } from '../domain/arm.js';
import type { ModelName } from '../domain/ids.js';
import { Outcome, type Observation } from '../domain/observation.js';
import { toShare } from '../domain/share.js';
import type { Verdict } from '../domain/verdict.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import { addToMoments, noMoments, type Moments } from '../stats/moments.js';
import type { JudgeStates } from '../store/judge-states.js';
import type { AnswersToJudge } from './answers-to-judge.js';

/** One arm's latencies of answered requests in this step, in milliseconds: for classic tests. */
export interface ArmSample {
  readonly moments: Moments;
  /** The newest latencies, for tests that need each of them; in no order. */
  readonly newest: number[];
  requests: number;
  errors: number;
}

/** Both arms since the canary was deployed; the samples since its weight last changed. */
export interface Comparison {
  readonly judge: Judge;
  /** Milliseconds since 1970, of the step. */
  readonly openedAtMs: number;
  readonly stable: ArmSample;
  readonly canary: ArmSample;
}

/** Beyond the judge's own: they cost nothing where nobody sends feedback, or nothing times out. */
const alwaysAsked = { timeouts: {}, predictions: { tolerance: 0.2 }, feedback: {} };

/**
 * Latencies under a millisecond count as one. There the arm with less traffic is slower for being
 * the smaller one: its process sleeps more and its batches are smaller (measured: 0.35 ms against
 * 0.30 ms for the same file at a share of 30%), and no user notices.
 */
const latencyFloorMs = 1;

/** How many latencies an arm keeps; a test of more would say no more that matters. */
const newestKept = 5_000;

/**
 * What both arms did since there is a canary, judged at every moment. Stable's requests from before
 * are no part of it: load and inputs were others then (DESIGN, decision 7).
 */
export class Comparisons {
  readonly #open = new Map<ModelName, Comparison>();

  constructor(
    private readonly wallMs: () => number,
    private readonly states: JudgeStates,
    private readonly answers: AnswersToJudge,
  ) {}

  /** A new canary: everything starts anew. */
  begin(model: ServedModel, settings: PartialJudgeSettings): void {
    const sticky = model.split.sticky !== undefined;
    const checks = { ...alwaysAsked, ...settings.checks };
    this.#nextStep(model, Judge.open({ latencyFloorMs, ...settings, checks, sticky }));
  }

  /** The canary's weight is another one: samples start anew, the judge opens its next step. */
  weightChanged(model: ServedModel): void {
    const comparison = this.#open.get(model.name);
    if (comparison !== undefined) this.#nextStep(model, comparison.judge);
  }

  /**
   * The server started again: the judge goes on where it was last saved. The time in between is no
   * part of any bucket, so it opens a step of the same weight.
   */
  resume(model: ServedModel): void {
    const saved = this.states.read(model.name);
    if (saved === undefined) this.begin(model, {});
    else this.#nextStep(model, Judge.restore(JSON.parse(saved) as JudgeState));
  }

  /** There is no canary any more. */
  end(model: ServedModel): void {
    this.#open.delete(model.name);
    // Feedback on the answers of this canary must not count for the next one.
    this.answers.forget(model.name);
    this.states.remove(model.name);
  }

  of(model: ServedModel): Comparison | undefined {
    return this.#open.get(model.name);
  }

  verdict(model: ServedModel): Verdict | undefined {
    return this.#open.get(model.name)?.judge.judge(this.wallMs());
  }

  record(model: ServedModel, observation: Observation): void {
    const comparison = this.#open.get(model.name);
    // A request that started before this step belongs to the step before.
    if (comparison === undefined || observation.startedAtMs < comparison.openedAtMs) return;
    comparison.judge.record(observation);
    const sample = observation.arm === Arm.Stable ? comparison.stable : comparison.canary;
    sample.requests += 1;
    if (observation.outcome !== Outcome.Ok) {
      sample.errors += 1;
      return;
    }
    sample.newest[sample.moments.count % newestKept] = observation.latencyMs;
    addToMoments(sample.moments, observation.latencyMs);
  }

  /** Feedback on an answer of an arm; of no effect when nothing is compared any more. */
  recordFeedback(model: ModelName, arm: Arm, value: number): void {
    this.#open.get(model)?.judge.recordFeedback(arm, value);
  }

  /** Closes the buckets that are due. */
  tick(): void {
    for (const { judge } of this.#open.values()) judge.tick(this.wallMs());
  }

  /** @throws SerinError `store-failed` */
  save(): void {
    for (const [model, { judge }] of this.#open) {
      this.states.save(model, JSON.stringify(judge.toState()));
    }
  }

  #nextStep(model: ServedModel, judge: Judge): void {
    const openedAtMs = this.wallMs();
    const share = toShare(model.split.weight);
    // Without a plan, every weight may be the last one before somebody promotes.
    judge.beginStep({ kind: 'weight', share, last: true }, openedAtMs);
    this.#open.set(model.name, { judge, openedAtMs, stable: noSample(), canary: noSample() });
    this.states.save(model.name, JSON.stringify(judge.toState()));
  }
}

function noSample(): ArmSample {
  return { moments: noMoments(), newest: [], requests: 0, errors: 0 };
}
