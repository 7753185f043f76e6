import type { SourceFinding } from './source.js';

/** A number that was asked for, or why there is none. */
export type Reading = { readonly value: number } | { readonly missing: string };

/**
 * What two numbers that should stay small say: above the threshold, and above stable's, the canary
 * harms. A number that is missing is never taken for a good one. Where stable is no better than the
 * canary, the trouble is not the canary's, and nothing can be compared.
 * @param of what they are, for people: `error_rate`
 * @param unit written behind a number: `%`
 */
export function thresholdFinding(
  stable: Reading,
  canary: Reading,
  threshold: number,
  { of, unit }: { readonly of: string; readonly unit: string },
): Pick<SourceFinding, 'verdict' | 'sentence'> {
  const say = (value: number): string => `${Number(value.toPrecision(4))}${unit}`;
  if ('missing' in canary) {
    return { verdict: 'unmeasurable', sentence: `no ${of} of the canary: ${canary.missing}` };
  }
  const isOver = canary.value > threshold;
  const canaryWords = `${of} of the canary is ${say(canary.value)}`;
  const limit = `${isOver ? 'more than' : 'at most'} ${say(threshold)}`;
  if ('missing' in stable) {
    return isOver
      ? { verdict: 'harm', sentence: `${canaryWords}, ${limit}; no ${of} of stable` }
      : { verdict: 'unmeasurable', sentence: `no ${of} of stable: ${stable.missing}` };
  }
  const sentence = `${canaryWords}, ${limit}; stable's is ${say(stable.value)}`;
  if (!isOver) return { verdict: 'undecided', sentence };
  return { verdict: canary.value > stable.value ? 'harm' : 'unmeasurable', sentence };
}
