import { Arm } from '../../domain/arm.js';
import { toSerinError } from '../../domain/errors.js';
import { Outcome } from '../../domain/observation.js';
import { toShare, type Percent } from '../../domain/share.js';
import type { Clocks, PredictionRequest, Witness } from './answer-prediction.js';
import { LoopLoad } from './loop-load.js';
import type { ServedArm, ServedModel } from './served-model.js';
import { compareAnswers, type ScoreTolerance } from './shadow-agreement.js';
import { Shed, type ShadowPair } from './shadow-pair.js';
import { observationOf, tryArm, type FinishedAttempt } from './try-arm.js';

/** How much copies may take. */
export interface ShadowLimits {
  /** Copies that wait or are with the canary. */
  readonly maxInFlight: number;
  /** What they hold: requests, and stable's answers to compare with. */
  readonly maxBytes: number;
  /** While the gateway is busy, one copy is made in this time; all others are shed. */
  readonly busyEveryMs: number;
}

export const defaultShadowLimits: ShadowLimits = {
  maxInFlight: 64,
  maxBytes: 32 * 1024 * 1024,
  busyEveryMs: 100,
};

export interface ShadowOptions {
  readonly model: ServedModel;
  /** The share of stable's requests that is copied. */
  readonly percent: Percent;
  /** Independent draws from 0 (included) to 1 (not included). */
  readonly random: () => number;
  readonly clocks: Clocks;
  readonly witness: Pick<Witness, 'shadowed' | 'shadowShed'>;
  /** Told of what a person should know but nobody waits for. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly limits?: Partial<ShadowLimits>;
  readonly tolerance?: ScoreTolerance | undefined;
  /** Whether the gateway has no time to spare; by its event loop where it is left out. */
  readonly isBusy?: () => boolean;
}

/**
 * Sends the canary copies of requests that stable is done with, and compares what came of them. No user
 * waits for it: a copy is begun in a later turn of the event loop than its answer left in, and is
 * dropped and counted as soon as it could be in anybody's way.
 */
export class Shadow {
  readonly #share: number;
  readonly #limits: ShadowLimits;
  readonly #isBusy: () => boolean;
  #inFlight = 0;
  #bytes = 0;
  #lastDrawnAtMs = -Infinity;

  constructor(private readonly options: ShadowOptions) {
    this.#share = toShare(options.percent);
    this.#limits = { ...defaultShadowLimits, ...options.limits };
    const load = new LoopLoad(options.clocks.monotonicMs);
    this.#isBusy = options.isBusy ?? (() => load.isBusy());
  }

  get percent(): Percent {
    return this.options.percent;
  }

  /** Copies that wait or are with the canary. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Stable is done with a request: copies it, or does not. Returns at once, never throws. What stable
   * failed is copied as well: without it a stable that fails would look like one that never does.
   * @param stickyHash of the request's key, where it has one
   */
  offer(
    request: PredictionRequest,
    original: FinishedAttempt,
    stickyHash: number | undefined,
  ): void {
    const { model, random, witness } = this.options;
    try {
      if (random() >= this.#share) return;
      const bytes = request.body.length + (original.answer?.body.length ?? 0);
      const why = this.#reasonToShed(bytes);
      if (why !== undefined) {
        witness.shadowShed(model, why);
        return;
      }
      this.#inFlight += 1;
      this.#bytes += bytes;
      setImmediate(() => {
        void this.#copy(request, original, stickyHash, bytes);
      });
    } catch (thrown) {
      this.#warn(thrown);
    }
  }

  #reasonToShed(bytes: number): Shed | undefined {
    const { maxInFlight, maxBytes, busyEveryMs } = this.#limits;
    if (this.#inFlight >= maxInFlight) return Shed.InFlight;
    if (this.#bytes + bytes > maxBytes) return Shed.Bytes;
    const nowMs = this.options.clocks.monotonicMs();
    // Not none at all: a shadow step under load is to take longer, not for ever.
    if (this.#isBusy() && nowMs - this.#lastDrawnAtMs < busyEveryMs) return Shed.Busy;
    this.#lastDrawnAtMs = nowMs;
    return undefined;
  }

  async #copy(
    request: PredictionRequest,
    original: FinishedAttempt,
    stickyHash: number | undefined,
    bytes: number,
  ): Promise<void> {
    const { model, clocks, witness } = this.options;
    const { canary } = model;
    try {
      const copied = { ...request, arrivedAtMs: clocks.monotonicMs(), isCopy: true };
      const copy = this.#isOn(canary) ? await tryArm(model, Arm.Canary, copied, clocks) : undefined;
      // A canary that went meanwhile may have failed by its going: that says nothing of it.
      if (copy === undefined || !this.#isOn(canary)) witness.shadowShed(model, Shed.Stopped);
      else witness.shadowed(model, this.#pairOf(request, original, copy, stickyHash));
    } catch (thrown) {
      this.#warn(thrown);
    } finally {
      this.#inFlight -= 1;
      this.#bytes -= bytes;
    }
  }

  #isOn(canary: ServedArm | undefined): boolean {
    const { model } = this.options;
    return canary !== undefined && model.canary === canary && model.shadow === this;
  }

  #pairOf(
    request: PredictionRequest,
    original: FinishedAttempt,
    copy: FinishedAttempt,
    stickyHash: number | undefined,
  ): ShadowPair {
    const { model, tolerance } = this.options;
    const stable = observationOf(original, stickyHash, request);
    const canary = observationOf(copy, stickyHash, request);
    const parties = { stable, canary, request, original, copy };
    // A failure is counted as one, not as a disagreement on top of it.
    if (canary.outcome !== Outcome.Ok || stable.outcome !== Outcome.Ok) {
      return { ...parties, agree: undefined, difference: undefined };
    }
    const isProbability = givesProbability(model.stable) || givesProbability(model.canary);
    return {
      ...parties,
      ...compareAnswers(stable.prediction, canary.prediction, isProbability, tolerance),
    };
  }

  #warn(thrown: unknown): void {
    const { model, warn } = this.options;
    warn(`a shadow copy of ${model.name} was lost`, { ...toSerinError(thrown).toBody() });
  }
}

function givesProbability(served: ServedArm | undefined): boolean {
  const version = served?.upstream.version;
  return version?.kind === 'onnx' && version.prediction.kind === 'probability';
}
