import { Arm } from '../../domain/arm.js';
import { toSerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import { Outcome, type Observation } from '../../domain/observation.js';
import type { Attempt } from '../../serving/gateway/answer-prediction.js';
import type { ServedArm } from '../../serving/gateway/served-model.js';
import type { Deployments } from '../deployments.js';
import type { FastFailed } from '../machine/events.js';
import type { JudgingOptions, LiveJudging, Measured } from './judging.js';

/**
 * The hard floor under statistics (DESIGN, decision 10): sees a canary that crashed or cannot be
 * reached, that failed so often in a row, that answered with what is no number, or that takes too
 * much memory, and tells its rollout at once.
 */
export class FastFail {
  /** Failures in a row, of canaries that are measured. */
  readonly #failures = new Map<ModelName, number>();

  constructor(
    private readonly deployments: Pick<Deployments, 'model'>,
    private readonly judging: Pick<LiveJudging, 'measured'>,
    private readonly options: Pick<JudgingOptions, 'tell' | 'warn'>,
  ) {}

  /** Is told of every attempt; cheap where it is not the canary's. */
  attempted({ arm, model, failure, startedAtMs }: Attempt): void {
    if (arm !== Arm.Canary) return;
    if (failure === undefined) {
      if (this.#failures.size > 0) this.#failures.delete(model.name);
      return;
    }
    // Under 500 it is the request that is wrong.
    if (failure.status < 500 || failure.code === 'overloaded') return;
    // Nothing finite comes of a question that is not; the judge compares how both arms take it.
    if (failure.words.fields?.['inputsAreFinite'] === false) return;
    const measured = this.#measuredAt(model.name, startedAtMs);
    if (measured === undefined) return;
    const inARow = this.#countFailure(model.name);
    const { consecutiveErrors } = measured.of.strategy.fastFail;
    if (failure.code === 'output-not-finite') {
      const reason = `The canary answered with ${failure.words.found ?? 'what is no finite number'}.`;
      this.#report(measured, 'non-finite-output', reason);
    } else if (failure.code === 'upstream-unavailable') {
      this.#report(measured, 'crash', `The canary is not there: ${failure.message}`);
    } else if (inARow >= consecutiveErrors) {
      const reason = `The canary failed ${inARow} times in a row, the last time: ${failure.message}`;
      this.#report(measured, 'consecutive-failures', reason);
    }
  }

  /** Is told of what passed by Serin: by what is in front of both arms. */
  observed(model: ModelName, { arm, outcome, startedAtMs }: Observation): void {
    if (arm !== Arm.Canary) return;
    if (outcome === Outcome.Ok) {
      if (this.#failures.size > 0) this.#failures.delete(model);
      return;
    }
    const measured = this.#measuredAt(model, startedAtMs);
    if (measured === undefined) return;
    const inARow = this.#countFailure(model);
    if (inARow < measured.of.strategy.fastFail.consecutiveErrors) return;
    const how = outcome === Outcome.Timeout ? 'took too long' : 'failed or could not be reached';
    const reason = `The canary failed ${inARow} times in a row: the last time it ${how}.`;
    this.#report(measured, 'consecutive-failures', reason);
  }

  /** Looks at the processes of the canaries: crashes that no request met, and memory. */
  async look(): Promise<void> {
    await Promise.all(
      this.judging.measured().map(async (measured) => {
        const { canary } = this.deployments.model(measured.of.strategy.model);
        const seen = canary === undefined ? undefined : await whatIsWrong(canary, measured);
        if (seen !== undefined) this.#report(measured, seen.rule, seen.reason);
      }),
    );
  }

  /** What was under way before may have been asked of a canary that was rolled back since. */
  #measuredAt(model: ModelName, startedAtMs: number): Measured | undefined {
    const measured = this.judging.measured().find(({ of }) => of.strategy.model === model);
    return measured === undefined || startedAtMs < measured.sinceMs ? undefined : measured;
  }

  #countFailure(model: ModelName): number {
    const inARow = (this.#failures.get(model) ?? 0) + 1;
    this.#failures.set(model, inARow);
    return inARow;
  }

  #report({ of, stretch }: Measured, rule: FastFailed['rule'], reason: string): void {
    this.#failures.delete(of.strategy.model);
    const event = { type: 'fast-failed', entry: stretch.entry, rule, reason } as const;
    this.options.tell(of.rolloutId, event).catch((thrown: unknown) => {
      this.options.warn('a rollout could not be told that its canary failed', {
        rollout: of.rolloutId,
        ...toSerinError(thrown).toBody(),
      });
    });
  }
}

async function whatIsWrong(
  canary: ServedArm,
  { of }: Measured,
): Promise<Pick<FastFailed, 'rule' | 'reason'> | undefined> {
  const facts = await canary.process?.();
  if (facts !== undefined && facts.restarts + Number(facts.state === 'backing-off') > 0) {
    const how = facts.lastExit ?? 'it ended';
    return { rule: 'crash', reason: `The canary's process crashed: ${how}.` };
  }
  if (facts === undefined && !canary.upstream.isReady()) {
    return { rule: 'crash', reason: 'The canary cannot be reached.' };
  }
  const { memoryBytes } = of.strategy.fastFail;
  const resident = facts?.residentBytes;
  if (memoryBytes === undefined || resident === undefined || resident <= memoryBytes) {
    return undefined;
  }
  const reason = `The canary's process takes ${mebibytes(resident)}; at most ${mebibytes(memoryBytes)} are allowed.`;
  return { rule: 'memory', reason };
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
