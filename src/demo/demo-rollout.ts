import { SerinError } from '../domain/errors.js';
import type { ModelName, VersionName } from '../domain/ids.js';
import type { Version } from '../domain/version.js';

interface Catalogue {
  list(): Promise<
    readonly { readonly model: ModelName; readonly versions: readonly VersionName[] }[]
  >;
  load(model: ModelName, version: VersionName): Promise<Version>;
}

/** What `serin train-samples` writes into its files as their producer. */
const producer = 'serin-train-samples';

/**
 * Why there can be no demo; undefined where there can be one. Made-up requests must never be
 * counted with those of users, so every version that is there has to be a sample.
 */
export async function obstacleToDemo(catalogue: Catalogue): Promise<string | undefined> {
  const models = await catalogue.list();
  if (!models.some(({ model }) => model === 'churn')) return 'The sample model churn is not here.';
  for (const { model, versions } of models) {
    for (const name of versions) {
      const version = await catalogue.load(model, name);
      if (version.kind !== 'onnx' || version.producer !== producer) {
        return `${model}/${name} is a real model: made-up requests would be counted with its own.`;
      }
    }
  }
  return undefined;
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
