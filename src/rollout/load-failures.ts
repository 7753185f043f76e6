import type { SerinError } from '../domain/errors.js';
import type { RolloutId } from '../domain/rollout-id.js';

/** Of so many rollouts it is remembered why their canary did not load. */
const mostRemembered = 100;

/** Why canaries did not load, for whoever waits for one: the log keeps the words alone. */
export class LoadFailures {
  readonly #failures = new Map<RolloutId, SerinError>();
  readonly #waiting = new Map<RolloutId, (error: SerinError) => void>();

  failed(id: RolloutId, error: SerinError): void {
    this.#failures.set(id, error);
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= mostRemembered) break;
      this.#failures.delete(oldest);
    }
    this.#waiting.get(id)?.(error);
    this.#waiting.delete(id);
  }

  loaded(id: RolloutId): void {
    this.#failures.delete(id);
    this.#waiting.delete(id);
  }

  /** Resolves with the first try that failed, perhaps already; never where the canary loads. */
  of(id: RolloutId): Promise<SerinError> {
    const known = this.#failures.get(id);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }
}
