import { SerinError } from '../../domain/errors.js';
import type { OnnxVersion, Version } from '../../domain/version.js';
import type { LoadtestWishes } from '../../rollout/strategy/gate-wishes.js';
import type { Upstream } from '../../serving/upstream.js';
import { inputsOf, predictionUrl } from '../in-rollout/asked-server.js';
import { connectionsOf, planOfGate } from '../loadtest/gate-plan.js';
import { loadTest } from '../loadtest/load-test.js';
import { loadTestUpstream } from '../loadtest/load-test-upstream.js';
import type { InputSource } from '../loadtest/inputs/gather-cases.js';
import type { LoadProgress } from '../loadtest/load-progress.js';
import type { LoadPlan } from '../loadtest/plan.js';
import type { LoadTestResult } from '../loadtest/results/load-test-result.js';
import type { ReachableVersion } from './reachable-version.js';

/** Starts what answers for a version, apart from everything that answers users. */
export type LaunchApart = (version: Version) => Promise<Upstream>;

export interface VersionToLoad {
  readonly version: ReachableVersion;
  /** What is compared with in the same run; of the same kind. */
  readonly stable: ReachableVersion | undefined;
  readonly wishes: LoadtestWishes;
  readonly launch: LaunchApart;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * Tests a version under load, whether or not it has traffic: an ONNX version in a runner of its own,
 * asked as the gateway asks runners, without HTTP between; a server by HTTP.
 * @throws SerinError `invalid-request` for two of different kinds; as `loadTest` and the launcher
 */
export async function loadTestVersion(order: VersionToLoad): Promise<LoadTestResult> {
  const { version, stable, wishes, signal, onProgress } = order;
  const plan = planOfGate(wishes);
  if (version.kind === 'http' && stable?.kind !== 'onnx') {
    return loadTest({
      url: predictionUrl(version),
      ...(stable === undefined ? {} : { against: predictionUrl(stable) }),
      ...inputsOf(version, wishes),
      seed: plan.seed,
      connections: connectionsOf(plan),
      plan,
      signal,
      onProgress,
    });
  }
  if (version.kind === 'onnx' && stable?.kind !== 'http') {
    return inRunners(version, stable, plan, order, inputsOf(version, wishes));
  }
  throw new SerinError('invalid-request', {
    expected: 'two ONNX versions, or two servers: what lies between differs otherwise',
    found: `${version.version} against ${stable?.version ?? 'nothing'}`,
  });
}

async function inRunners(
  version: OnnxVersion,
  stable: OnnxVersion | undefined,
  plan: LoadPlan,
  { launch, signal, onProgress }: VersionToLoad,
  { items }: Pick<InputSource, 'items'>,
): Promise<LoadTestResult> {
  const started: Upstream[] = [];
  const start = async (one: OnnxVersion): Promise<Upstream> => {
    signal.throwIfAborted();
    const upstream = await launch(one);
    started.push(upstream);
    return upstream;
  };
  try {
    const upstream = await start(version);
    const against =
      stable === undefined
        ? {}
        : {
            stable: {
              name: `${stable.model}/${stable.version}`,
              upstream: await start(stable),
              signature: stable.signature,
            },
          };
    signal.throwIfAborted();
    return await loadTestUpstream({
      version,
      upstream,
      ...against,
      items,
      plan,
      signal,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } finally {
    await Promise.all(started.map((upstream) => upstream.close()));
  }
}
