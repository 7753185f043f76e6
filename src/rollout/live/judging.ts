import { toSerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { toPercent, toShare } from '../../domain/share.js';
import type { Verdict } from '../../domain/verdict.js';
import type { Comparisons } from '../../observing/comparisons.js';
import type { SourceFinding } from '../../observing/source.js';
import { withFindings } from '../../observing/with-findings.js';
import type { Deployments } from '../deployments.js';
import type { FastFailed, Judged } from '../machine/events.js';
import type { JudgePort, OfRollout } from '../ports.js';
import { judgeSettingsOf } from './judge-settings.js';
import { mustBeSafeToLeave } from '../strategy/weights.js';
import type { RolloutSources } from './rollout-sources.js';
import type { MustHold } from '../machine/must-hold.js';

/** One stretch of a rollout that is being measured. */
export interface Measured {
  readonly of: OfRollout;
  readonly stretch: NonNullable<MustHold['judging']>;
  /** Milliseconds since 1970, by the gateway's clock: when the rollout's first stretch began. */
  readonly sinceMs: number;
}

/** Is told what the judge says of what is measured. */
export type LookListener = (measured: Measured, verdict: Verdict) => void;

export interface JudgingOptions {
  readonly deployments: Pick<Deployments, 'model'>;
  readonly comparisons: Comparisons;
  /** What the sources of a model found last. */
  readonly findings: (model: ModelName) => readonly SourceFinding[];
  readonly sources: RolloutSources;
  /** Tells the rollout what was seen. */
  readonly tell: (id: RolloutId, body: Judged | FastFailed) => Promise<void>;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** Measures rollouts on the traffic of this server, and tells each what the judge says. */
export class LiveJudging implements JudgePort {
  readonly #measured = new Map<RolloutId, Measured>();

  constructor(private readonly options: JudgingOptions) {}

  open(of: OfRollout, stretch: Measured['stretch']): Promise<void> {
    const { strategy, rolloutId } = of;
    if (this.#measured.get(rolloutId)?.stretch.entry === stretch.entry) return Promise.resolve();
    const plan = {
      kind: stretch.shadow ? 'shadow' : 'weight',
      // In a shadow step only pairs are compared: one copy for each request of stable's that counts.
      share: toShare(stretch.shadow ? toPercent(100) : stretch.weight),
      last: mayPrecedePromotion(of, stretch.step),
    } as const;
    const model = this.options.deployments.model(strategy.model);
    this.options.comparisons.openStep(model, plan, judgeSettingsOf(strategy));
    const sinceMs = this.#measured.get(rolloutId)?.sinceMs ?? this.#openedAtMs(of);
    this.#measured.set(rolloutId, { of, stretch, sinceMs });
    this.options.sources.open(of, model);
    return Promise.resolve();
  }

  close(id: RolloutId): void {
    this.options.sources.close(id, this.#measured.get(id)?.of.strategy.model);
    this.#measured.delete(id);
  }

  /** What is measured now. */
  measured(): readonly Measured[] {
    return [...this.#measured.values()];
  }

  verdict({ of }: Measured): Verdict | undefined {
    const verdict = this.#judge(of);
    const findings = this.options.findings(of.strategy.model);
    return verdict === undefined ? undefined : withFindings(verdict, findings);
  }

  /**
   * Looks at everything that is measured, and tells what is to be seen: the judge is asked once, so
   * that what is drawn is what was decided on.
   */
  look(seen: LookListener): void {
    for (const measured of this.measured()) {
      const { of } = measured;
      const judges = this.#judge(of);
      if (judges === undefined) continue;
      const verdict = withFindings(judges, this.options.findings(of.strategy.model));
      seen(measured, verdict);
      this.#tell(measured, judgedOf(measured, verdict, verdict === judges));
    }
  }

  #judge({ strategy }: OfRollout): Verdict | undefined {
    const { deployments, comparisons } = this.options;
    return comparisons.verdict(deployments.model(strategy.model));
  }

  #openedAtMs({ strategy }: OfRollout): number {
    const { deployments, comparisons } = this.options;
    return comparisons.of(deployments.model(strategy.model))?.openedAtMs ?? -Infinity;
  }

  #tell({ of }: Measured, body: Judged): void {
    this.options.tell(of.rolloutId, body).catch((thrown: unknown) => {
      this.options.warn('a rollout could not be told its verdict', {
        rollout: of.rolloutId,
        ...toSerinError(thrown).toBody(),
      });
    });
  }
}

/** After the last step with two arms, and while a holdback is kept, promotion follows. */
function mayPrecedePromotion({ strategy }: OfRollout, step: number): boolean {
  return step >= strategy.steps.length || mustBeSafeToLeave(strategy, step);
}

/** @param isJudges whether it is the judge's own word, and no source's */
function judgedOf({ stretch }: Measured, verdict: Verdict, isJudges: boolean): Judged {
  const { entry, weight, shadow } = stretch;
  const { kind, leansToHarm, mayPromote, sentence, step } = verdict;
  // At 100% nothing is left to compare with. That is the plan, and no trouble with the measuring.
  const isAlone = isJudges && weight === 100 && !shadow && kind === 'unmeasurable';
  return {
    type: 'judged',
    entry,
    verdict: isAlone ? 'undecided' : kind,
    leansToHarm,
    safe: mayPromote,
    reason: isAlone
      ? 'At 100% there is no stable to compare with; no crash, and no failures in a row.'
      : sentence,
    // What the judge has not looked at yet is no reason to go on; at 100% it never does.
    canaryRequests: weight === 100 && !shadow ? step.canary : step.canaryJudged,
    stableRequests: step.stable,
  };
}
