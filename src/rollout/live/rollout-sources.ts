import { Arm } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { openHealthSource } from '../../observing/health-source.js';
import { valueAt } from '../../observing/json-path.js';
import { openPrometheusSource } from '../../observing/prometheus-source.js';
import type { Source } from '../../observing/source.js';
import type { ServedModel } from '../../serving/gateway/served-model.js';
import type { OfRollout } from '../ports.js';
import type { Strategy } from '../strategy/strategy.js';
import type { FrontFindings } from './front-findings.js';

/**
 * @throws SerinError `source-settings-invalid` for what cannot be read from an answer
 */
export function refuseSources({ sources }: Strategy): void {
  if (sources?.health !== undefined) valueAt(sources.health.errorRate);
}

/** Asks what a rollout's strategy names beside its requests, as long as it is measured. */
export class RolloutSources {
  readonly #open = new Map<RolloutId, readonly Source[]>();

  constructor(
    private readonly findings: FrontFindings,
    private readonly nowMs: () => number,
  ) {}

  /** Begins to ask; nothing where it does already. */
  open({ rolloutId, strategy }: OfRollout, model: ServedModel): void {
    if (strategy.sources === undefined || this.#open.has(rolloutId)) return;
    const sources = sourcesOf(strategy, model, this.nowMs);
    this.#open.set(rolloutId, sources);
    for (const source of sources) {
      void source.start({
        observed: () => undefined,
        found: (name, finding) => {
          // The last answer may come when nobody waits for it any more.
          if (this.#open.has(rolloutId)) this.findings.add(name, finding);
        },
      });
    }
  }

  close(rollout: RolloutId, model: ServedModel['name'] | undefined): void {
    const sources = this.#open.get(rollout) ?? [];
    this.#open.delete(rollout);
    for (const source of sources) {
      void source.close();
      if (model !== undefined) this.findings.forget(model, source.name);
    }
  }

  closeAll(): void {
    for (const rollout of [...this.#open.keys()]) this.close(rollout, undefined);
  }
}

function sourcesOf(
  { model: name, sources = {} }: Strategy,
  model: ServedModel,
  nowMs: () => number,
): Source[] {
  const { health, prometheus } = sources;
  const opened: Source[] = [];
  if (health !== undefined) {
    const urlOf = (arm: Arm): string => `${addressOf(model, arm)}${health.path}`;
    opened.push(
      openHealthSource({
        ...{ model: name, path: health.errorRate, threshold: health.above, nowMs },
        urls: { stable: urlOf(Arm.Stable), canary: urlOf(Arm.Canary) },
      }),
    );
  }
  if (prometheus !== undefined) {
    const { above, ...same } = prometheus;
    opened.push(openPrometheusSource({ ...same, model: name, threshold: above, nowMs }));
  }
  return opened;
}

function addressOf(model: ServedModel, arm: Arm): string {
  const upstream = model.arm(arm)?.upstream;
  const { version, address } = upstream ?? {};
  if (address !== undefined) return address;
  if (version?.kind === 'http') return new URL(version.url).origin;
  throw new SerinError('strategy-not-possible', {
    expected: 'arms that are HTTP servers, for the health source',
    found: `${arm} that is ${version === undefined ? 'not there' : 'a file'}`,
  });
}
