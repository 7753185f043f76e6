import { Judge } from '../../analysis/judge.js';
import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';
import type { Arm } from '../../domain/arm.js';
import type { RequestId } from '../../domain/ids.js';
import { Outcome } from '../../domain/observation.js';
import type { Verdict } from '../../domain/verdict.js';
import type { Flight, Landing } from './drive/flights.js';
import { FaultKind, type Fault } from './results/fault.js';

/** A load test is shorter than a rollout, and gives the judge more requests a second. */
const bucketMs = 1_000;

/**
 * Judges one target against another as a rollout would judge a canary that takes half of the traffic:
 * both get their requests in the same stretch of time, drawn one by one.
 */
export class TargetComparison {
  readonly #judge: Judge;
  #requests = 0;

  /** @param startMs from when requests count, on the clock of the test */
  constructor(
    private readonly startMs: number,
    private readonly timeoutMs: number,
    settings: PartialJudgeSettings = {},
  ) {
    this.#judge = Judge.open({
      bucket: { requestsPerArm: 20, durationMs: bucketMs },
      settleMs: bucketMs,
      ...settings,
    });
    this.#judge.beginStep({ kind: 'weight', share: 0.5, last: true }, startMs);
  }

  record(flight: Flight, landing: Landing, fault: Fault | undefined, arm: Arm): void {
    const { intendedAtMs } = flight;
    if (intendedAtMs < this.startMs) return;
    const endedAtMs =
      landing.kind === 'timeout' ? intendedAtMs + this.timeoutMs : landing.endedAtMs;
    this.#requests += 1;
    this.#judge.record({
      requestId: String(this.#requests) as RequestId,
      startedAtMs: intendedAtMs,
      arm,
      latencyMs: Math.max(0, endedAtMs - intendedAtMs),
      outcome: outcomeOf(fault),
    });
  }

  /** Closes the buckets that are due. */
  tick(nowMs: number): void {
    if (nowMs >= this.startMs) this.#judge.tick(nowMs);
  }

  /** The verdict over everything: no more requests will come. */
  conclude(nowMs: number): Verdict {
    this.#judge.tick(nowMs + bucketMs);
    return this.#judge.judge(nowMs + 2 * bucketMs);
  }
}

function outcomeOf(fault: Fault | undefined): Outcome {
  if (fault === undefined) return Outcome.Ok;
  return fault.kind === FaultKind.Timeout ? Outcome.Timeout : Outcome.Error;
}
