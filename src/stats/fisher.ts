import { refuse, requireCount } from './require.js';

/** Events and requests of one arm. */
export interface ArmEvents {
  readonly events: number;
  readonly requests: number;
}

/** Fisher's exact test: valid for one look, planned beforehand. */
export interface FisherResult {
  readonly pTwoSided: number;
  /** Against "the canary has the higher rate". */
  readonly pGreater: number;
  readonly pLess: number;
}

/**
 * Fisher's exact test of two proportions (Fisher 1935). The two-sided p-value adds the tables that
 * are no more likely than the one seen, with a relative allowance of 10⁻⁷ for ties.
 *
 * The weights of the hypergeometric distribution come from each other by their ratios, starting at
 * the mode: with log-factorials, ten million requests would leave only seven good digits.
 * @throws SerinError `invalid-statistics-input` when a count is impossible or an arm is empty
 */
export function fisherExactTest(canary: ArmEvents, stable: ArmEvents): FisherResult {
  requireArmEvents(canary, 'canary');
  requireArmEvents(stable, 'stable');
  const { weights, lowest } = hypergeometricWeights(
    canary.requests + stable.requests,
    canary.events + stable.events,
    canary.requests,
  );
  const seen = canary.events - lowest;
  const limit = (weights[seen] ?? 0) * (1 + 1e-7);
  let total = 0;
  let upTo = 0;
  let from = 0;
  let noLikelier = 0;
  for (let index = 0; index < weights.length; index += 1) {
    const weight = weights[index] ?? 0;
    total += weight;
    if (index <= seen) upTo += weight;
    if (index >= seen) from += weight;
    if (weight <= limit) noLikelier += weight;
  }
  return {
    pTwoSided: Math.min(1, noLikelier / total),
    pGreater: Math.min(1, from / total),
    pLess: Math.min(1, upTo / total),
  };
}

/** @throws SerinError `invalid-statistics-input` when the counts cannot be one arm's */
export function requireArmEvents({ events, requests }: ArmEvents, name: string): void {
  requireCount(events, `events of ${name}`);
  requireCount(requests, `requests of ${name}`);
  if (requests === 0) refuse(`at least 1 request of ${name}`, requests);
  if (events > requests) refuse(`at most ${requests} events of ${name}`, events);
}

/** The chances, relative to the likeliest, of each possible number of marked ones in the draw. */
function hypergeometricWeights(
  population: number,
  marked: number,
  drawn: number,
): { weights: Float64Array; lowest: number } {
  const lowest = Math.max(0, drawn + marked - population);
  const highest = Math.min(drawn, marked);
  const mode = Math.min(
    highest,
    Math.max(lowest, Math.floor(((drawn + 1) * (marked + 1)) / (population + 2))),
  );
  const weights = new Float64Array(highest - lowest + 1);
  const ratio = (k: number): number =>
    ((marked - k) / (k + 1)) * ((drawn - k) / (population - marked - drawn + k + 1));
  weights[mode - lowest] = 1;
  for (let k = mode; k < highest; k += 1) {
    weights[k + 1 - lowest] = (weights[k - lowest] ?? 0) * ratio(k);
  }
  for (let k = mode; k > lowest; k -= 1) {
    weights[k - 1 - lowest] = (weights[k - lowest] ?? 0) / ratio(k - 1);
  }
  return { weights, lowest };
}
