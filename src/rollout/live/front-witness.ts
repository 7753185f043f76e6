import { Arm } from '../../domain/arm.js';
import { Outcome, type Observation } from '../../domain/observation.js';
import type { Comparisons } from '../../observing/comparisons.js';
import type { ServiceWitness } from '../../observing/service-witness.js';
import type { ObservationKind } from '../../observing/source.js';
import type { ServedModel } from '../../serving/gateway/served-model.js';
import type { FastFail } from './fast-fail.js';

/** Hands what a front passed on to all who look at what the gateway itself passes on. */
export class FrontWitness {
  constructor(
    private readonly comparisons: Comparisons,
    private readonly witness: ServiceWitness,
    private readonly fastFail: () => FastFail,
  ) {}

  observed(model: ServedModel, observation: Observation, kind: ObservationKind): void {
    this.fastFail().observed(model.name, observation);
    this.witness.passedOn(model, observation, kind);
    if (kind === 'shadow') {
      this.comparisons.recordShadow(model, { canary: observation, agree: undefined });
      return;
    }
    this.comparisons.record(model, observation);
    const { requestId, startedAtMs, outcome } = observation;
    // Who answered: feedback is about what the user got.
    const arm = outcome === Outcome.Ok ? observation.arm : Arm.Stable;
    this.comparisons.remember(model, { requestId, arm, prediction: undefined, startedAtMs });
  }
}
