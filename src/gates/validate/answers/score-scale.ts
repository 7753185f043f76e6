import { writeNumber } from '../../report/quantity.js';
import type { Finding } from '../../report/report.js';
import { finding } from '../finding.js';
import type { OfBoth } from './both-answers.js';

/** How far apart the means may be, in standard deviations of stable's numbers. */
const mostShift = 1;
/** How many times as wide, or as narrow, the numbers may be. */
const mostStretch = 2;

/**
 * Says so where scores rise and fall with stable's and are others all the same: correlation does not
 * see that all of them were multiplied, or moved, as by another unit or a forgotten normalisation.
 */
export function otherScale({ mine, stable }: OfBoth<number>): Finding[] {
  const [ofMine, ofStable] = [spreadOf(mine), spreadOf(stable)];
  const shift = (ofMine.mean - ofStable.mean) / ofStable.deviation;
  const stretch = ofMine.deviation / ofStable.deviation;
  const isOther = Math.abs(shift) > mostShift || stretch > mostStretch || stretch < 1 / mostStretch;
  if (!isOther) return [];
  return [
    finding('scores-rescaled', "the scores are not of stable's size", {
      expected: `about ${inWords(ofStable)}, as in stable`,
      found: `${inWords(ofMine)}: moved by ${writeNumber(shift)} of stable's deviations, ${writeNumber(stretch)} times as wide`,
    }),
  ];
}

interface Spread {
  readonly mean: number;
  /** Standard deviation. */
  readonly deviation: number;
}

function spreadOf(numbers: readonly number[]): Spread {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / numbers.length) };
}

function inWords({ mean, deviation }: Spread): string {
  return `${writeNumber(mean)} ± ${writeNumber(deviation)}`;
}
