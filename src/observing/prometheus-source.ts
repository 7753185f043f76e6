import Type from 'typebox';
import { Value } from 'typebox/value';
import type { Arm } from '../domain/arm.js';
import { fetchJson } from './fetch-json.js';
import { PolledSource, type PolledSettings } from './polled-source.js';
import type { Source } from './source.js';
import type { Reading } from './threshold-finding.js';

export interface PrometheusSettings extends PolledSettings {
  /** `http://host:9090`, with a path where Prometheus has one. */
  readonly url: string;
  /** PromQL, one for each arm, that gives one number. */
  readonly queries: Readonly<Record<Arm, string>>;
  /** What the number is, for people; `value` by default. */
  readonly of?: string;
  readonly unit?: string;
  /** Such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** [seconds, the number as text]. */
const Sample = Type.Tuple([Type.Number(), Type.String()]);
/** Source: Prometheus, "HTTP API", "Instant queries" and "Expression query result formats". */
const Answer = Type.Object({
  status: Type.Literal('success'),
  data: Type.Union([
    Type.Object({ resultType: Type.Literal('scalar'), result: Sample }),
    Type.Object({
      resultType: Type.Literal('vector'),
      result: Type.Array(Type.Object({ value: Sample })),
    }),
  ]),
});

/**
 * A number of each arm that Prometheus knows. No sample, more than one, NaN and infinity are
 * unmeasurable: a query that found nothing is no good news.
 */
export function openPrometheusSource(settings: PrometheusSettings): Source {
  const { url, queries, headers, timeoutMs = 5_000, of = 'value', unit = '' } = settings;
  const base = url.replace(/\/+$/, '');
  const ask = async (arm: Arm): Promise<Reading> => {
    const address = `${base}/api/v1/query?query=${encodeURIComponent(queries[arm])}`;
    return readingOf(await fetchJson(address, timeoutMs, headers), queries[arm]);
  };
  return new PolledSource(settings, { name: 'prometheus', of, unit, ask });
}

function readingOf(answer: unknown, query: string): Reading {
  if (!Value.Check(Answer, answer)) return { missing: `no instant vector or scalar for ${query}` };
  const { data } = answer;
  const samples =
    data.resultType === 'scalar' ? [data.result] : data.result.map((one) => one.value);
  const [sample] = samples;
  if (sample === undefined || samples.length > 1) {
    return { missing: `${samples.length} samples instead of one for ${query}` };
  }
  const value = Number(sample[1]);
  return Number.isFinite(value) ? { value } : { missing: `${sample[1]} for ${query}` };
}
