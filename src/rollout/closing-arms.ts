import { toVersionRef } from '../domain/deployment.js';
import { toSerinError } from '../domain/errors.js';
import type { ServedArm } from '../serving/gateway/served-model.js';
import type { DeploymentsOptions } from './deployment-ports.js';

/** Arms that nobody is sent to any more: each is closed as soon as nothing in front sends to it. */
export class ClosingArms {
  readonly #closing = new Set<Promise<void>>();

  constructor(private readonly options: Pick<DeploymentsOptions, 'fronting' | 'warn'>) {}

  closeLater(arm: ServedArm | undefined): void {
    if (arm === undefined) return;
    const { version } = arm.upstream;
    const letGo = this.options.fronting?.letGo(version.model, toVersionRef(version));
    const closing = (letGo ?? Promise.resolve())
      .then(() => arm.upstream.close())
      .catch((thrown: unknown) => {
        this.options.warn('a version did not stop cleanly', { ...toSerinError(thrown).toBody() });
      })
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Resolves when all are closed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#closing);
  }
}
