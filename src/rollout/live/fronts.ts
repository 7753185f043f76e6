import { isSameVersion, toVersionRef, type VersionRef } from '../../domain/deployment.js';
import { SerinError, toSerinError } from '../../domain/errors.js';
import type { NginxFront } from '../../domain/front.js';
import type { ModelName } from '../../domain/ids.js';
import { toPercent } from '../../domain/share.js';
import type { ServedModel } from '../../serving/gateway/served-model.js';
import type { Front, OpenFront } from '../../traffic/front.js';
import type { Fronting } from '../fronting.js';
import { FrontFindings } from './front-findings.js';
import { routeOf } from './front-route.js';
import type { FrontWitness } from './front-witness.js';

/** A front that serves, and what it was told last. */
interface Opened {
  readonly front: Front;
  settings: NginxFront;
  /** What it sends requests to. */
  versions: readonly VersionRef[];
  readonly waiting: Set<Waiter>;
}

/** Who waits until a version is sent nothing any more. */
interface Waiter {
  readonly version: VersionRef;
  readonly resolve: () => void;
}

export interface FrontsOptions {
  readonly open: OpenFront;
  /** Is told of every request that a front passed on. */
  readonly witness: FrontWitness;
  readonly nowMs: () => number;
}

/** The fronts of all models that have one. Calls for one model come one after the other. */
export class Fronts implements Fronting {
  readonly #opened = new Map<ModelName, Opened>();
  /** Why a front is not as it should be, until it is. */
  readonly #troubles = new Map<ModelName, SerinError>();
  readonly findings: FrontFindings;

  constructor(private readonly options: FrontsOptions) {
    this.findings = new FrontFindings(options.nowMs, (name) => this.trouble(name));
  }

  async follow(model: ServedModel, settings: NginxFront): Promise<void> {
    const { name } = model;
    if (model.stable === undefined) {
      await this.remove(name);
      return;
    }
    try {
      await this.#bringInForce(model, settings);
      this.#troubles.delete(name);
    } catch (thrown) {
      const error = toSerinError(thrown);
      this.#troubles.set(name, error);
      throw error;
    }
  }

  /** The front of a model, when it is open. */
  of(model: ModelName): Front | undefined {
    return this.#opened.get(model)?.front;
  }

  /** @throws SerinError why it is not open */
  require(model: ModelName): Front {
    const front = this.of(model);
    if (front !== undefined) return front;
    throw (
      this.#troubles.get(model) ??
      new SerinError('nginx-unreachable', {
        expected: `the NGINX of ${model} to be there`,
        found: 'none',
      })
    );
  }

  /** Whether what the model's front was told last is not in force. */
  hasFailed(model: ModelName): boolean {
    return this.#troubles.has(model);
  }

  /** Why a front is not as it should be, in words. */
  trouble(model: ModelName): string | undefined {
    return this.#troubles.get(model)?.message ?? this.of(model)?.trouble();
  }

  letGo(model: ModelName, version: VersionRef): Promise<void> {
    const opened = this.#opened.get(model);
    if (opened === undefined || !sendsTo(opened, version)) return Promise.resolve();
    return new Promise((resolve) => opened.waiting.add({ version, resolve }));
  }

  async remove(model: ModelName): Promise<void> {
    this.#troubles.delete(model);
    const opened = this.#opened.get(model);
    if (opened === undefined) return;
    this.#opened.delete(model);
    this.findings.forget(model);
    await opened.front.source.close();
    await opened.front.close();
    for (const { resolve } of opened.waiting) resolve();
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#opened.keys()].map((model) => this.remove(model)));
  }

  async #bringInForce(model: ServedModel, settings: NginxFront): Promise<void> {
    const { name } = model;
    const known = this.#opened.get(name);
    if (known !== undefined) refuseOtherProcess(known.settings, settings);
    const route = routeOf(model, settings);
    const opened = known ?? (await this.#open(model, settings));
    const { front } = opened;
    if (known !== undefined) {
      await this.#leaveCanary(model, opened);
      await front.setRoute(route);
    }
    opened.versions = versionsOf(model);
    opened.settings = settings;
    this.#opened.set(name, opened);
    for (const waiter of opened.waiting) {
      if (!sendsTo(opened, waiter.version)) void this.#resolveWhenDrained(opened, waiter);
    }
    const { weight } = model.split;
    if (model.canary === undefined || (await front.router.weightInForce(name)) === weight) return;
    await front.router.setWeight(name, weight);
  }

  /** What is under way ends where it began: the server is stopped only then. */
  async #resolveWhenDrained(opened: Opened, waiter: Waiter): Promise<void> {
    // Where that cannot be told it is stopped now: stable answers for what is cut off.
    await opened.front.drained().catch(() => undefined);
    opened.waiting.delete(waiter);
    waiter.resolve();
  }

  async #open(model: ServedModel, settings: NginxFront): Promise<Opened> {
    const front = await this.options.open(settings, routeOf(model, settings));
    const { witness } = this.options;
    try {
      await front.source.start({
        observed: (_, observation, kind) => witness.observed(model, observation, kind),
        found: (name, finding) => this.findings.add(name, finding),
      });
    } catch (thrown) {
      await front.close();
      throw thrown;
    }
    return { front, settings, versions: [], waiting: new Set() };
  }

  /**
   * Before a canary is taken out, its traffic is where it belongs: with the canary that is stable
   * now, and with stable otherwise. So no reload decides how long a bad canary has users.
   */
  async #leaveCanary(model: ServedModel, { front, versions }: Opened): Promise<void> {
    const [, before] = versions;
    const [stable, canary] = versionsOf(model);
    if (before === undefined || stable === undefined) return;
    if (canary !== undefined && isSameVersion(canary, before)) return;
    const weight = toPercent(isSameVersion(stable, before) ? 100 : 0);
    await front.router.setWeight(model.name, weight);
    await front.router.stopShadow(model.name);
  }
}

/** Stable first. */
function versionsOf({ stable, canary }: ServedModel): VersionRef[] {
  return [stable, canary].flatMap((arm) =>
    arm === undefined ? [] : [toVersionRef(arm.upstream.version)],
  );
}

function sendsTo({ versions }: Opened, version: VersionRef): boolean {
  return versions.some((one) => isSameVersion(one, version));
}

/** Everything else changes without losing a request. */
function refuseOtherProcess(now: NginxFront, wanted: NginxFront): void {
  const processOf = ({ mode, workers, mostLost, existing }: NginxFront): string =>
    JSON.stringify([mode, workers, mostLost, existing]);
  if (processOf(now) === processOf(wanted)) return;
  throw new SerinError('strategy-not-possible', {
    expected: 'mode, workers, mostLost and existing as the NGINX that is there was opened with',
    found:
      'others, for which its clients would have to be cut off; unload and load the model first',
  });
}
