import { Arm } from '../../domain/arm.js';
import type { ModelName } from '../../domain/ids.js';
import { Outcome, type Observation } from '../../domain/observation.js';
import type { Comparisons } from '../../observing/comparisons.js';
import type { ServiceWitness } from '../../observing/service-witness.js';
import type { ObservationKind } from '../../observing/source.js';
import type { ServedModel } from '../../serving/gateway/served-model.js';
import type { FastFail } from './fast-fail.js';
import { WaitingHalves } from './waiting-halves.js';

/** Hands what a front passed on to all who look at what the gateway itself passes on. */
export class FrontWitness {
  readonly #waiting = new Map<ModelName, WaitingHalves>();

  constructor(
    private readonly comparisons: Pick<Comparisons, 'of' | 'record' | 'recordPair' | 'remember'>,
    private readonly witness: Pick<ServiceWitness, 'passedOn'>,
    private readonly fastFail: () => Pick<FastFail, 'observed'>,
  ) {}

  observed(model: ServedModel, observation: Observation, kind: ObservationKind): void {
    this.fastFail().observed(model.name, observation);
    this.witness.passedOn(model, observation, kind);
    if (kind === 'shadow') {
      this.#copied(model, observation);
      return;
    }
    this.#waitForCopy(model, observation);
    this.comparisons.record(model, observation);
    const { requestId, startedAtMs, outcome } = observation;
    // Who answered: feedback is about what the user got.
    const arm = outcome === Outcome.Ok ? observation.arm : Arm.Stable;
    this.comparisons.remember(model, { requestId, arm, prediction: undefined, startedAtMs });
  }

  /** A copy has the id of its request, and is made when that is over: its line comes later. */
  #waitForCopy(model: ServedModel, observation: Observation): void {
    const known = this.#waiting.get(model.name);
    if (this.comparisons.of(model)?.isOfPairs !== true) {
      if (known !== undefined) this.#waiting.delete(model.name);
      return;
    }
    const halves = known ?? new WaitingHalves();
    this.#waiting.set(model.name, halves);
    halves.wait(observation);
  }

  #copied(model: ServedModel, canary: Observation): void {
    const stable = this.#waiting.get(model.name)?.take(canary);
    if (stable === undefined) return;
    // The log tells of no answer.
    this.comparisons.recordPair(model, { stable, canary, agree: undefined, difference: undefined });
  }
}
