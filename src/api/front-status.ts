import type { ListenAddress } from '../domain/front.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import type { Front } from '../traffic/front.js';
import type { ServerContext } from './context.js';
import type { FrontStatus } from './contract/front.js';

/** An NGINX logs no body. */
const unseen = ['predictions', 'agreement of shadows'] as const;

/** What stands in front of a model, and how it does; null where requests come to Serin itself. */
export async function frontStatus(
  { deployments, fronts, comparisons }: ServerContext,
  model: ServedModel,
): Promise<FrontStatus | null> {
  const { name } = model;
  const settings = deployments.state(name)?.front;
  if (settings === undefined) return null;
  const front = fronts.of(name);
  const counts = front?.source.counts() ?? {};
  const comparison = comparisons.of(model);
  const seen =
    comparison === undefined ? 0 : comparison.stable.requests + comparison.canary.requests;
  return {
    router: 'nginx',
    version: front?.version ?? null,
    mode: front?.mode ?? null,
    why_mode: front?.why ?? null,
    listen: settings.listen.map(addressOf),
    weight_in_force: await weightInForce(front, model),
    split_seen:
      comparison === undefined || seen === 0 ? null : (100 * comparison.canary.requests) / seen,
    observed: counts['observed'] ?? 0,
    lost: counts['lost'] ?? 0,
    not_measured: [...unseen],
    findings: fronts.findings
      .of(name)
      .map(({ source, verdict, sentence }) => ({ source, verdict, sentence })),
    problem: fronts.trouble(name) ?? null,
  };
}

async function weightInForce(
  front: Front | undefined,
  { name }: ServedModel,
): Promise<number | null> {
  try {
    return (await front?.router.weightInForce(name)) ?? null;
  } catch {
    // `problem` and the findings say why it does not answer.
    return null;
  }
}

function addressOf({ host, port, tls }: ListenAddress): string {
  const scheme = tls === undefined ? 'http' : 'https';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
