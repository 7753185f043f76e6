import { toSerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { Deployments } from '../deployments.js';
import type { Fronts } from './fronts.js';

/** A front that could not be opened, or did not take a change, is tried again this often. */
const everyMs = 5_000;

/** Tries fronts again that are not as they should be: a port that was taken may be free now. */
export class FrontWatch {
  readonly #triedAtMs = new Map<ModelName, number>();
  readonly #warnedOf = new Map<ModelName, string>();

  constructor(
    private readonly deployments: Deployments,
    private readonly fronts: Fronts,
    private readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void,
  ) {}

  /** @param nowMs from a clock that only goes forward */
  look(nowMs: number): void {
    for (const { name } of this.deployments.models()) {
      if (!this.fronts.hasFailed(name)) {
        this.#triedAtMs.delete(name);
      } else if (nowMs - (this.#triedAtMs.get(name) ?? -Infinity) >= everyMs) {
        this.#triedAtMs.set(name, nowMs);
        void this.#tryAgain(name);
      }
    }
  }

  async #tryAgain(name: ModelName): Promise<void> {
    try {
      await this.deployments.follow(name);
      this.#warnedOf.delete(name);
      this.warn(`the NGINX of ${name} serves again`, {});
    } catch (thrown) {
      const error = toSerinError(thrown);
      if (this.#warnedOf.get(name) === error.message) return;
      this.#warnedOf.set(name, error.message);
      this.warn(`the NGINX of ${name} does not serve as it should`, { ...error.toBody() });
    }
  }
}
