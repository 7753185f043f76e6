import { arms, type Arm } from '../domain/arm.js';
import { Outcome, type Observation } from '../domain/observation.js';
import type { BucketSummary, FrameSummary } from '../domain/summary.js';
import type { Verdict } from '../domain/verdict.js';
import { refuse, requireFinite, requireWithin } from '../stats/require.js';
import { requestsOf } from './check-input.js';
import { Collector, type CollectorState } from './collector.js';
import { evaluate, type Evaluation } from './evaluate.js';
import { joinVerdict, reasonsOfHarm } from './join-verdict.js';
import type { JudgeSettings } from './judge-settings.js';
import { obstacleOf } from './obstacle.js';
import { readJudgeSettings, type PartialJudgeSettings } from './read-judge-settings.js';
import { RolloutMemory, type RolloutMemoryState } from './rollout-memory.js';
import type { StepPlan } from './step-memory.js';

/** Thirty years: what is longer is no latency. */
const longestLatencyMs = 1e12;
const outcomes: readonly Outcome[] = Object.values(Outcome);

/** Everything that a judge remembers, as JSON: it goes on from here after a restart. */
export interface JudgeState {
  readonly version: 3;
  readonly settings: JudgeSettings;
  readonly memory: RolloutMemoryState;
  readonly collector: CollectorState;
  readonly largestHarmLogE: number;
  /** The sentences of the moment at which harm was shown. */
  readonly harmShown?: readonly string[];
}

/**
 * Judges one rollout while it goes on. It is told of steps, observations and the time, keeps running
 * sums, and answers at any moment with a verdict that is valid however often it is asked.
 *
 * Deterministic and free of I/O: the same calls give the same verdicts. The clock moves by
 * `beginStep`, `tick` and `judge` alone, and never backwards.
 */
export class Judge {
  readonly settings: JudgeSettings;
  readonly #memory: RolloutMemory;
  readonly #collector: Collector;
  #clockMs: number | undefined;
  #largestHarmLogE: number;
  #harmShown: readonly string[] | undefined;
  #evaluation: Evaluation | undefined;

  private constructor(settings: JudgeSettings, state?: JudgeState) {
    this.settings = settings;
    this.#memory = new RolloutMemory(settings, state?.memory);
    this.#collector = new Collector(settings, this.#memory, state?.collector);
    this.#largestHarmLogE = state?.largestHarmLogE ?? 0;
    this.#harmShown = state?.harmShown;
  }

  /**
   * A judge before the first step.
   * @throws SerinError `invalid-judge-settings`
   */
  static open(settings: PartialJudgeSettings = {}): Judge {
    return new Judge(readJudgeSettings(settings));
  }

  /**
   * A judge that goes on where another one stopped. Its clock starts anew: that of the machine may
   * have been set back meanwhile, and would stand still until it is as late again.
   * @throws SerinError `invalid-statistics-input` for the state of another version
   */
  static restore(state: JudgeState): Judge {
    if ((state.version as number) !== 3) refuse('a state of version 3', state.version);
    return new Judge(state.settings, state);
  }

  /**
   * Ends the current step and begins the next: its open bucket closes, whatever it holds.
   * @throws SerinError `invalid-statistics-input` for a share outside 0 to 1, or too many steps
   */
  beginStep(plan: StepPlan, nowMs: number): void {
    requireWithin(plan.share, 0, 1, 'the share of a step');
    const now = this.#advanceTo(nowMs);
    this.#memory.beginStep(plan, now);
    if (this.#collector.beginStep(now)) this.#look();
  }

  /**
   * Counts one request: well under a microsecond. Nothing is looked at until its bucket closes.
   * @throws SerinError `invalid-statistics-input` for a latency that is negative or not finite, a
   *   score that is not finite, an arm or outcome that does not exist; nothing is counted then
   */
  record(observation: Observation): void {
    const { latencyMs, startedAtMs, arm, outcome, prediction, stickyHash } = observation;
    if (!(latencyMs >= 0 && latencyMs <= longestLatencyMs)) {
      refuse(`a latency from 0 to ${longestLatencyMs} ms`, latencyMs);
    }
    if (!Number.isFinite(startedAtMs)) refuse('a time', startedAtMs);
    if (!arms.includes(arm)) refuse('an arm: stable or canary', arm);
    if (!outcomes.includes(outcome)) refuse('an outcome: ok, error or timeout', outcome);
    if (prediction?.kind === 'score' && !Number.isFinite(prediction.value)) {
      refuse('a finite score', prediction.value);
    }
    if (stickyHash !== undefined && !Number.isFinite(stickyHash)) refuse('a hash', stickyHash);
    this.#collector.record(observation);
  }

  /** Counts one shadow pair: the same input, did both arms answer alike? */
  recordPair(agree: boolean): void {
    if (this.#collector.recordPair(agree)) this.#look();
  }

  /**
   * Counts one input whose true answer has become known, and that both arms have answered.
   * @param step index of the step in which they answered; by default the current one
   * @throws SerinError `invalid-statistics-input` for a step that does not exist
   */
  recordLabelledPair(
    stableRight: boolean,
    canaryRight: boolean,
    step = this.#memory.currentStep,
  ): void {
    this.#requireStep(step);
    if (this.#collector.recordLabelledPair(stableRight, canaryRight, step)) this.#look();
  }

  /**
   * Counts one value of feedback for the arm that answered: see `FeedbackTolerance.measure`. It is
   * compared within the step of the answer, however late it comes, and never with another step's.
   * @param step index of the step in which the answer was given; by default the current one
   * @throws SerinError `invalid-statistics-input` for a value beyond ±10¹², no arm, or no such step
   */
  recordFeedback(arm: Arm, value: number, step = this.#memory.currentStep): void {
    // Squares of larger ones would leave the range of numbers.
    requireWithin(value, -1e12, 1e12, 'feedback');
    if (!arms.includes(arm)) refuse('an arm: stable or canary', arm);
    this.#requireStep(step);
    if (this.#collector.recordFeedback(arm, value, step)) this.#look();
  }

  /** Index of the step in which a request started; undefined when it started before the first. */
  stepAt(startedAtMs: number): number | undefined {
    return this.#memory.stepAt(startedAtMs);
  }

  /** What another collector has to count by, for `absorb`; undefined before the first step. */
  frame(): FrameSummary | undefined {
    return this.#collector.frame();
  }

  /**
   * Adds what another collector counted by the frame of the open bucket.
   * @throws SerinError `invalid-statistics-input` when it counted by another frame
   */
  absorb(bucket: BucketSummary): void {
    this.#collector.absorb(bucket);
  }

  /**
   * Closes the buckets that are due. A clock that goes backwards stands still.
   * @throws SerinError `invalid-statistics-input` for a time that is not finite
   */
  tick(nowMs: number): void {
    if (this.#collector.tick(this.#advanceTo(nowMs))) this.#look();
  }

  /**
   * The verdict now: closes what is due, and joins what closed buckets say. Well under a
   * millisecond.
   * @throws SerinError `invalid-statistics-input` for a time that is not finite
   */
  judge(nowMs: number): Verdict {
    this.tick(nowMs);
    const steps = this.#memory.steps;
    const now = this.#clockMs ?? nowMs;
    const step = steps.at(-1);
    const pending = this.#collector.pending(this.#memory.currentStep);
    const obstacle = obstacleOf(this.settings, steps, this.#collector.open, now);
    return joinVerdict(this.#evaluated(), {
      nowMs: now,
      settings: this.settings,
      ...(step === undefined
        ? {}
        : {
            step: {
              index: this.#memory.currentStep,
              share: step.share,
              last: step.last,
              stable: step.stableRequests + pending.stable,
              canary: step.canaryRequests + pending.canary,
              canaryJudged: step.canaryRequests,
            },
          }),
      judged: requestsOf(steps),
      ...(obstacle === undefined ? {} : { obstacle }),
      largestHarmLogE: this.#largestHarmLogE,
      ...(this.#harmShown === undefined ? {} : { harmShown: this.#harmShown }),
    });
  }

  /** Requests from before the first step, and of too many steps that were over; they are not judged. */
  get tooLate(): number {
    return this.#collector.tooLate;
  }

  /** Everything that has to survive a restart, as JSON. */
  toState(): JudgeState {
    return {
      version: 3,
      settings: this.settings,
      memory: this.#memory.toState(),
      collector: this.#collector.toState(),
      largestHarmLogE: this.#largestHarmLogE,
      ...(this.#harmShown === undefined ? {} : { harmShown: this.#harmShown }),
    };
  }

  #requireStep(step: number): void {
    const { currentStep } = this.#memory;
    if (!Number.isInteger(step) || step < 0 || step > currentStep) {
      refuse(`a step from 0 to ${currentStep}`, step);
    }
  }

  /** After every bucket, asked or not: evidence that crossed 1/α between two questions counts. */
  #look(): void {
    this.#evaluation = undefined;
    const evaluation = this.#evaluated();
    const { harmLogE, evidence, split } = evaluation;
    // A comparison of arms that did not get their traffic proves nothing.
    if (split.wrong) return;
    this.#largestHarmLogE = Math.max(this.#largestHarmLogE, harmLogE);
    if (harmLogE >= -Math.log(this.settings.alpha)) this.#harmShown ??= reasonsOfHarm(evidence);
  }

  #evaluated(): Evaluation {
    this.#evaluation ??= evaluate(this.#memory.checkInput());
    return this.#evaluation;
  }

  #advanceTo(nowMs: number): number {
    requireFinite(nowMs, 'the time');
    this.#clockMs = Math.max(this.#clockMs ?? nowMs, nowMs);
    return this.#clockMs;
  }
}
