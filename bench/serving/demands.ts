import { names } from './contestants.js';
import { median } from './median.js';
import type { Measured } from './rounds.js';

/** Rounds, and in each what every contestant did. */
export type Rounds = readonly (readonly Measured[])[];

/** One thing that is asked of Serin's speed, and whether it was so. */
export interface Demand {
  readonly what: string;
  readonly found: string;
  readonly isMet: boolean;
}

/** The demands on Serin with stable only, by the medians of the ratios within each round. */
export function demandsOf(rounds: Rounds): readonly Demand[] {
  const ratio = (peer: string, value: (measured: Measured) => number): number =>
    median(ratiosOf(rounds, names.serin, peer, value));
  const speedOfR1 = ratio(names.r1Logging, (one) => one.perSecond);
  const p99OfR1 = ratio(names.r1Logging, (one) => one.p99Ms);
  const speedOfNode = ratio(names.node, (one) => one.perSecond);
  const failures = rounds.flat().reduce((sum, one) => sum + one.failures, 0);
  return [
    demand(`at least 8 times the predictions/s of ${names.r1Logging}`, speedOfR1, speedOfR1 >= 8),
    demand(`a lower p99 than ${names.r1Logging}`, p99OfR1, p99OfR1 < 1),
    demand(`at least half of the predictions/s of ${names.node}`, speedOfNode, speedOfNode >= 0.5),
    { what: 'no failed request', found: String(failures), isMet: failures === 0 },
  ];
}

/** One contestant's value over another's, within each round, where both met the same machine. */
export function ratiosOf(
  rounds: Rounds,
  name: string,
  peer: string,
  value: (measured: Measured) => number,
): readonly number[] {
  const peers = eachRound(rounds, peer).map(value);
  return eachRound(rounds, name).map((one, round) => value(one) / (peers[round] ?? NaN));
}

/** What one contestant did, round by round. */
export function eachRound(rounds: Rounds, name: string): readonly Measured[] {
  return rounds.flatMap((round) => round.filter((measured) => measured.name === name));
}

function demand(what: string, ratio: number, isMet: boolean): Demand {
  return { what, found: ratio.toFixed(2), isMet };
}
