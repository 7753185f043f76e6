import { SerinError } from '../domain/errors.js';
import type { ModelName, VersionName } from '../domain/ids.js';
import type { Version } from '../domain/version.js';

type Listed = readonly { readonly model: ModelName; readonly versions: readonly VersionName[] }[];

interface Catalogue {
  list(): Promise<Listed>;
  load(model: ModelName, version: VersionName): Promise<Version>;
}

type LiveArm = { readonly upstream: { readonly version: Version } } | undefined;

interface Live {
  models(): readonly {
    readonly name: ModelName;
    readonly stable: LiveArm;
    readonly canary: LiveArm;
  }[];
  /** Models that are not served, by their names. */
  failures(): ReadonlyMap<ModelName, unknown>;
}

/** What `serin train-samples` writes into its files as their producer. */
const producer = 'serin-train-samples';

/**
 * Why there can be no demo; undefined where there can be one. Made-up requests must never be
 * counted with those of users, so every version that is there, on disk or live, has to be a sample.
 */
export class ObstacleToDemo {
  /** What a version is made by never changes, and reading all of them costs some milliseconds. */
  readonly #isSample = new Map<string, boolean>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly live: Live,
  ) {}

  /** What is there now: a real model may arrive at any time. */
  async find(): Promise<string | undefined> {
    const listed = await this.catalogue.list();
    const real = this.#realLive() ?? this.#neverOnDisk(listed) ?? (await this.#realListed(listed));
    if (real !== undefined) {
      return `${real} is a real model: made-up requests would be counted with its own.`;
    }
    if (listed.some(({ model }) => model === 'churn')) return undefined;
    return 'The sample model churn is not here.';
  }

  /** Served from an address, a command or an image, which no folder tells of. */
  #realLive(): string | undefined {
    for (const { name, stable, canary } of this.live.models()) {
      for (const arm of [stable, canary]) {
        const version = arm?.upstream.version;
        if (version !== undefined && !isSample(version)) return `${name}/${version.version}`;
      }
    }
    return undefined;
  }

  /** A model that does not answer now, or is not loaded, is somebody's all the same. */
  #neverOnDisk(listed: Listed): string | undefined {
    const names = [...this.live.models().map(({ name }) => name), ...this.live.failures().keys()];
    return names.find((name) => !listed.some(({ model }) => model === name));
  }

  async #realListed(listed: Listed): Promise<string | undefined> {
    for (const { model, versions } of listed) {
      for (const name of versions) {
        const key = `${model}/${name}`;
        const known = this.#isSample.get(key) ?? isSample(await this.catalogue.load(model, name));
        this.#isSample.set(key, known);
        if (!known) return key;
      }
    }
    return undefined;
  }
}

function isSample(version: Version): boolean {
  return version.kind === 'onnx' && version.producer === producer;
}

/**
 * The rollout file of the demo: from the live version to the other harmless one.
 * @throws SerinError `action-not-possible` where neither 1 nor 2 is live
 */
export function demoRolloutFile(live: string | undefined): string {
  const other = live === '1' ? '2' : live === '2' ? '1' : undefined;
  if (live === undefined || other === undefined) {
    throw new SerinError('action-not-possible', {
      expected: 'version 1 or 2 of churn to be live',
      found: live ?? 'none',
    });
  }
  return `model: churn
stable: churn/${live}
canary: churn/${other}
steps:
  - shadow: { requests: 100 }
  - weight: 10
  - weight: 25
  - weight: 50
hold: { min: 8s, max: 10m, requests: 60 }
checks:
  latency: { tolerance: 100%, p95: 100%, p99: 100% }
  errors: { tolerance: 1% }
coolDown: 0s
keepWarm: 5m
`;
}
