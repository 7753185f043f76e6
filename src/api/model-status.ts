import { Arm } from '../domain/arm.js';
import type { StickyKey } from '../domain/sticky-key.js';
import { newestQuantile } from '../observing/arm-sample.js';
import type { ServedArm, ServedModel } from '../serving/gateway/served-model.js';
import type { ServerContext } from './context.js';
import { frontStatus } from './front-status.js';
import type { ArmStatus, ModelStatus } from './contract/models.js';
import { verdictOf } from './verdict-of.js';

/** Every model that is served or lies in the repository, as it stands now. */
export async function modelStatuses(context: ServerContext): Promise<ModelStatus[]> {
  const { deployments, settings, versions } = context;
  const listed = await versions.list();
  const served = new Map(deployments.models().map((model) => [model.name, model]));
  const names = new Set([
    ...served.keys(),
    ...deployments.failures().keys(),
    ...listed.map(({ model }) => model),
  ]);
  const statuses = [...names].sort().map(async (name): Promise<ModelStatus> => {
    const model = served.get(name);
    const canary = deployments.state(name)?.canary;
    const onDisk = listed.find((entry) => entry.model === name)?.versions ?? [];
    return {
      name,
      ready: model?.isReady() === true,
      is_default: settings.defaultModel === name || served.size === 1,
      stable: await armStatus(context, model, Arm.Stable),
      canary: await armStatus(context, model, Arm.Canary),
      weight: model?.split.weight ?? 0,
      front: model === undefined ? null : await frontStatus(context, model),
      sticky: formatStickyKey(model?.split.sticky),
      canary_since: canary === undefined ? null : new Date(canary.sinceMs).toISOString(),
      verdict: shortVerdict(context, model),
      fallbacks: context.witness.fallbacks.get(name) ?? 0,
      versions: [...onDisk],
      problem: deployments.failures().get(name)?.message ?? null,
    };
  });
  return Promise.all(statuses);
}

function shortVerdict(
  context: ServerContext,
  model: ServedModel | undefined,
): ModelStatus['verdict'] {
  const verdict = model === undefined ? undefined : verdictOf(context, model);
  if (verdict === undefined) return null;
  return { verdict: verdict.kind, meter: verdict.meter, sentence: verdict.sentence };
}

async function armStatus(
  context: ServerContext,
  model: ServedModel | undefined,
  arm: Arm,
): Promise<ArmStatus | null> {
  const served = model?.arm(arm);
  if (model === undefined || served === undefined) return null;
  const { version } = served.upstream;
  return {
    version: version.version,
    kind: version.kind,
    digest: version.kind === 'onnx' ? version.digest : null,
    ready: served.upstream.isReady(),
    ...countsOf(context, model, served, arm),
    process: await processStatus(served),
    faults: served.faults.isIdle ? null : served.faults.plan,
  };
}

/** While there is a canary, both arms since it has its weight: only concurrent traffic compares. */
function countsOf(
  { witness, clocks, comparisons }: ServerContext,
  model: ServedModel,
  served: ServedArm,
  arm: Arm,
): Pick<ArmStatus, 'requests' | 'failures' | 'error_percent' | 'latency_ms'> {
  const sample = comparisons.of(model)?.[arm];
  if (sample !== undefined) {
    const { requests, errors, moments } = sample;
    return {
      requests,
      failures: errors,
      error_percent: requests === 0 ? null : (100 * errors) / requests,
      latency_ms: {
        mean: moments.count === 0 ? null : moments.mean,
        p50: newestQuantile(sample, 0.5) ?? null,
        p99: newestQuantile(sample, 0.99) ?? null,
      },
    };
  }
  const page = witness.statistics.of(model.name, served.upstream.version.version, arm);
  const recent = page.recent.read(clocks.monotonicMs());
  const { latencySeconds: latency } = page;
  const inMs = (seconds: number | undefined) => (seconds === undefined ? null : seconds * 1000);
  return {
    requests: page.requests,
    failures: page.failureCount,
    error_percent: recent.events === 0 ? null : (100 * recent.bad) / recent.events,
    latency_ms: {
      mean: latency.count === 0 ? null : inMs(latency.sum / latency.count),
      p50: inMs(latency.quantile(0.5)),
      p99: inMs(latency.quantile(0.99)),
    },
  };
}

async function processStatus(served: ServedArm): Promise<ArmStatus['process']> {
  const facts = await served.process?.();
  if (facts === undefined) return null;
  return {
    state: facts.state,
    pid: facts.pid ?? null,
    restarts: facts.restarts,
    last_exit: facts.lastExit ?? null,
    resident_bytes: facts.residentBytes ?? null,
    cpu_seconds: facts.cpuSeconds ?? null,
  };
}

function formatStickyKey(key: StickyKey | undefined): string | null {
  return key === undefined ? null : `${key.from}:${key.name}`;
}
