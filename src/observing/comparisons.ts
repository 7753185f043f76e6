import { Judge, type JudgeState } from '../analysis/judge.js';
import { liveJudgeSettings } from '../analysis/live-judge-settings.js';
import type { PartialJudgeSettings } from '../analysis/read-judge-settings.js';
import type { Arm } from '../domain/arm.js';
import { toSerinError } from '../domain/errors.js';
import type { ModelName, RequestId } from '../domain/ids.js';
import type { RolloutId } from '../domain/rollout-id.js';
import type { Observation, Prediction } from '../domain/observation.js';
import { toShare } from '../domain/share.js';
import type { Verdict } from '../domain/verdict.js';
import type { StepPlan } from '../analysis/step-memory.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import type { JudgeStates } from '../store/judge-states.js';
import type { AnswersToJudge } from './answers-to-judge.js';
import { Comparison, type GoesOn, type OpenStep } from './comparison.js';
import { countFeedback } from './count-feedback.js';
import type { Feedback } from './feedback-value.js';
import type { ComparedPair, Shed } from '../serving/gateway/shadow-pair.js';
import { ShadowCounts, type ShadowCountsState } from './shadow-counts.js';
import { fromBatch } from './saved-answers.js';
import type { ClassNames } from './true-class.js';

/** What became of feedback; `unknown`: of no answer that waits for it. */
export type JudgedAnswer = 'counted' | 'known' | 'unknown';

/** What is saved; what was saved by an older Serin has no counts of copies. */
interface SavedComparison extends JudgeState {
  readonly shadow?: ShadowCountsState;
}

interface OfModel extends GoesOn {
  readonly model: ServedModel;
}

/** Nobody is answered while answers are saved: so many at a time take a millisecond or two. */
const savedAtATime = 2_000;

export interface ComparisonsOptions {
  /** Milliseconds since 1970, from a clock that never steps back. */
  readonly wallMs: () => number;
  readonly states: JudgeStates;
  readonly answers: AnswersToJudge;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/**
 * What both arms did since there is a canary, judged at every moment. Stable's requests from before
 * are no part of it: load and inputs were others then (DESIGN, decision 7). What is saved is a help
 * after a restart, never a reason to fail: arms change whether or not the judge could be saved.
 */
export class Comparisons {
  #unsavedAnswers = 0;
  readonly #open = new Map<ModelName, Comparison>();
  /** Models whose judges could not be read: they judge by default settings until they are told. */
  readonly #settingsLost = new Set<ModelName>();

  constructor(private readonly options: ComparisonsOptions) {}

  /** A new canary: everything starts anew; where it is a rollout's, with the step that this opens. */
  begin(model: ServedModel, settings: PartialJudgeSettings, rollout?: RolloutId): void {
    this.#settingsLost.delete(model.name);
    this.#forget(model.name);
    const sticky = model.split.sticky !== undefined;
    this.#open.delete(model.name);
    const judge = Judge.open(liveJudgeSettings(settings, sticky));
    this.#goOn({ model, judge, rollout, shadow: new ShadowCounts() });
  }

  /** The canary's weight is another one: samples start anew, the judge opens its next step. */
  weightChanged(model: ServedModel): void {
    const comparison = this.#open.get(model.name);
    if (comparison !== undefined) this.#goOn({ model, ...comparison.goesOn });
  }

  /**
   * A rollout's step begins: what was seen since the weight changed was part of none.
   * @param settings the rollout's, for a judge whose own could not be read after a restart
   */
  openStep(model: ServedModel, plan: StepPlan, settings: PartialJudgeSettings): void {
    if (this.#settingsLost.has(model.name)) {
      this.begin(model, settings, this.#open.get(model.name)?.rollout);
    }
    const comparison = this.#open.get(model.name);
    if (comparison !== undefined) this.#nextStep({ model, ...comparison.goesOn }, plan);
  }

  /**
   * The server started again: the judge goes on where it was last saved. The time in between is no
   * part of any bucket, so it opens a step of the same weight. A judge that cannot be read starts
   * anew.
   */
  resume(model: ServedModel, rollout?: RolloutId): void {
    try {
      const saved = this.options.states.read(model.name);
      if (saved === undefined) {
        this.#beginBlind(model, rollout);
        return;
      }
      const { shadow, ...state } = JSON.parse(saved) as SavedComparison;
      const judge = Judge.restore(state);
      for (const batch of this.options.states.readAnswers(model.name)) {
        this.options.answers.restore(fromBatch(batch, model.name));
      }
      this.#goOn({ model, judge, rollout, shadow: new ShadowCounts(shadow) });
    } catch (thrown) {
      this.#warn('the judge starts anew, as what it knew cannot be read', thrown);
      this.#beginBlind(model, rollout);
    }
  }

  /** There is no canary any more. */
  end(model: ServedModel): void {
    this.#settingsLost.delete(model.name);
    this.#open.delete(model.name);
    this.#forget(model.name);
  }

  of(model: ServedModel): Comparison | undefined {
    return this.#open.get(model.name);
  }

  verdict(model: ServedModel): Verdict | undefined {
    return this.#open.get(model.name)?.judge.judge(this.options.wallMs());
  }

  /** A request that one arm had. */
  record(model: ServedModel, observation: Observation): void {
    this.#open.get(model.name)?.record(observation);
  }

  /** A request that stable had, and the canary as a copy. */
  recordPair(model: ServedModel, pair: ComparedPair): void {
    const isCounted = this.#open.get(model.name)?.recordPair(pair) ?? false;
    const { requestId, prediction } = pair.canary;
    if (isCounted && prediction !== undefined)
      this.options.answers.addCopy(requestId, model.name, prediction);
  }

  /** A copy that was not made. */
  shadowShed(model: ServedModel, why: Shed): void {
    const comparison = this.#open.get(model.name);
    if (comparison !== undefined) comparison.shadow.shed[why] += 1;
  }

  /** Remembers an answer with the step in which its request started, so that feedback finds both. */
  remember(
    model: ServedModel,
    answer: {
      readonly requestId: RequestId;
      readonly arm: Arm;
      readonly prediction: Prediction | undefined;
      readonly startedAtMs: number;
    },
  ): void {
    const comparison = this.#open.get(model.name);
    if (comparison === undefined || comparison.isBetweenSteps) return;
    const { judge } = comparison;
    if (judge.settings.checks.feedback === null) return;
    const step = judge.stepAt(answer.startedAtMs);
    // It started before there was this canary.
    if (step === undefined) return;
    const { requestId, arm, prediction } = answer;
    this.options.answers.remember(requestId, { model: model.name, arm, prediction, step });
    this.#unsavedAnswers += 1;
    if (this.#unsavedAnswers >= savedAtATime) this.#saveNewAnswers();
  }

  /**
   * Counts what somebody says of an answer, in the step in which it was given, once.
   * @param names of the arms' classes, where they have some
   * @throws SerinError when what was said does not fit the judge's measure; it counts as not said
   */
  judgeAnswer(id: RequestId, said: Feedback, names: ClassNames): JudgedAnswer {
    const answer = this.options.answers.find(id);
    const comparison = answer === undefined ? undefined : this.#open.get(answer.model);
    const measure = comparison?.judge.settings.checks.feedback?.measure;
    if (answer === undefined || comparison === undefined || measure === undefined) {
      return 'unknown';
    }
    if (answer.judged) return 'known';
    countFeedback(comparison.judge, measure, answer, said, names);
    comparison.unsaved = true;
    this.options.answers.markJudged(id);
    return 'counted';
  }

  /** Closes the buckets that are due. */
  tick(): void {
    for (const { judge } of this.#open.values()) judge.tick(this.options.wallMs());
  }

  /** Saves what judges learnt since they were saved last. */
  save(): void {
    this.#saveAll([...this.#open].filter(([, { unsaved }]) => unsaved));
  }

  #beginBlind(model: ServedModel, rollout: RolloutId | undefined): void {
    this.begin(model, {}, rollout);
    this.#settingsLost.add(model.name);
  }

  /** Without a rollout, every weight may be the last one before somebody promotes. */
  #goOn(on: OfModel): void {
    const share = toShare(on.model.split.weight);
    if (on.rollout === undefined) this.#nextStep(on, { kind: 'weight', share, last: true });
    else this.#compare(on);
  }

  #nextStep(on: OfModel, plan: StepPlan): void {
    const openedAtMs = this.options.wallMs();
    on.judge.beginStep(plan, openedAtMs);
    this.#compare(on, { kind: plan.kind, openedAtMs });
  }

  #compare({ model: { name }, ...goesOn }: OfModel, step?: OpenStep): void {
    const comparison = new Comparison(goesOn, step);
    this.#open.set(name, comparison);
    this.#save(name, comparison);
  }

  #save(model: ModelName, comparison: Comparison): void {
    this.#saveAll([[model, comparison]]);
  }

  #saveAll(due: readonly (readonly [ModelName, Comparison])[]): void {
    if (due.length === 0) return;
    const { states, answers } = this.options;
    try {
      states.saveAll(
        due.map(([model, { goesOn }]) => {
          const saved: SavedComparison = {
            ...goesOn.judge.toState(),
            shadow: goesOn.shadow.toState(),
          };
          return { model, state: JSON.stringify(saved), batch: answers.toBatch(model) };
        }),
      );
      for (const [model, comparison] of due) {
        answers.markSaved(model);
        comparison.unsaved = false;
      }
    } catch (thrown) {
      this.#warn('what a judge knows could not be saved', thrown);
    }
  }

  #saveNewAnswers(): void {
    const { states, answers } = this.options;
    // Where it fails now, the next save has them, or the one after as many answers again.
    this.#unsavedAnswers = 0;
    try {
      states.saveAnswers(answers.newBatches());
      answers.markNewSaved();
    } catch (thrown) {
      this.#warn('answers that wait for feedback could not be saved', thrown);
    }
  }

  /** Feedback on the answers of one canary must not count for the next one. */
  #forget(model: ModelName): void {
    this.options.answers.forget(model);
    try {
      this.options.states.remove(model);
    } catch (thrown) {
      this.#warn('what a judge knew could not be removed', thrown);
    }
  }

  #warn(message: string, thrown: unknown): void {
    this.options.warn(message, { ...toSerinError(thrown).toBody() });
  }
}
