import { isSameVersion, toVersionRef, type VersionRef } from '../domain/deployment.js';
import type { ModelName } from '../domain/ids.js';
import type { ServedArm } from '../serving/gateway/served-model.js';

/** Versions that were stable before, one a model at most, still loaded: going back to one is at once. */
export class KeptArms {
  readonly #arms = new Map<ModelName, ServedArm>();

  /** @param release what is told of the one that makes room */
  constructor(private readonly release: (arm: ServedArm) => void) {}

  has(model: ModelName, ref: VersionRef): boolean {
    const arm = this.#arms.get(model);
    return arm !== undefined && isSameVersion(toVersionRef(arm.upstream.version), ref);
  }

  keep(model: ModelName, arm: ServedArm): void {
    this.letGo(model);
    this.#arms.set(model, arm);
  }

  /** Hands the kept arm over; it is not kept any more. */
  take(model: ModelName, ref: VersionRef): ServedArm | undefined {
    if (!this.has(model, ref)) return undefined;
    const arm = this.#arms.get(model);
    this.#arms.delete(model);
    return arm;
  }

  letGo(model: ModelName): void {
    const arm = this.#arms.get(model);
    this.#arms.delete(model);
    if (arm !== undefined) this.release(arm);
  }

  of(model: ModelName): ServedArm | undefined {
    return this.#arms.get(model);
  }

  all(): readonly ServedArm[] {
    return [...this.#arms.values()];
  }
}
