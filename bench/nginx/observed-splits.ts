import type { Observation } from '../../src/domain/observation.js';

/** What was observed of all requests that began while a weight was in force. */
export interface ObservedSplit {
  readonly weight: number;
  /** How often it was set. */
  readonly changes: number;
  readonly requests: number;
  readonly canary: number;
  /** Of the change whose split was furthest from its weight: how far, in standard errors. */
  readonly worstErrors: number;
}

interface Span {
  readonly weight: number;
  readonly fromMs: number;
  untilMs: number;
  requests: number;
  canary: number;
}

/**
 * NGINX's clock is that of the last turn of its event loop: where it waits for a processor it is some
 * milliseconds behind, and a request seems to have begun before the change that it met.
 */
export const marginMs = 10;

/** Sorts observations by the weight that was in force when their requests began. */
export class ObservedSplits {
  readonly #spans: Span[] = [];

  /** It is in force from now on. */
  begin(weight: number, nowMs: number): void {
    const span = { weight, fromMs: nowMs + marginMs, untilMs: Infinity, requests: 0, canary: 0 };
    this.#spans.push(span);
  }

  /** Another one is about to be set. */
  end(nowMs: number): void {
    const newest = this.#spans.at(-1);
    if (newest !== undefined) newest.untilMs = nowMs - marginMs;
  }

  observed({ startedAtMs, arm }: Observation): void {
    const span = this.#spans.findLast(({ fromMs }) => fromMs <= startedAtMs);
    if (span === undefined || startedAtMs > span.untilMs) return;
    span.requests += 1;
    if (arm === 'canary') span.canary += 1;
  }

  byWeight(): ObservedSplit[] {
    const weights = [...new Set(this.#spans.map(({ weight }) => weight))].sort((a, b) => a - b);
    return weights.map((weight) => {
      const spans = this.#spans.filter((span) => span.weight === weight);
      const sum = (of: (span: Span) => number): number =>
        spans.reduce((total, span) => total + of(span), 0);
      return {
        weight,
        changes: spans.length,
        requests: sum(({ requests }) => requests),
        canary: sum(({ canary }) => canary),
        worstErrors: Math.max(...spans.map(standardErrors)),
      };
    });
  }
}

/**
 * How far a split is from its weight, in standard errors of a share of so many independent draws;
 * where a weight leaves no choice, a single request is infinitely far.
 */
export function standardErrors({
  weight,
  requests,
  canary,
}: Pick<ObservedSplit, 'weight' | 'requests' | 'canary'>): number {
  const share = weight / 100;
  const off = Math.abs(canary - requests * share);
  return off === 0 ? 0 : off / Math.sqrt(requests * share * (1 - share));
}
