import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classicCalls, sampleWith, type Call } from '../../test/stats/numbers-of-classic-tests.js';
import { sequentialCalls } from '../../test/stats/numbers-of-sequential-tests.js';
import { SerinError } from '../domain/errors.js';
import { anytimeP, combineEvidence, progressOfEvidence } from './combine.js';
import { logMeanExp, logSumExp } from './log-sum-exp.js';
import { logNormalCdf, normalCdf } from './normal.js';
import { restartMixture } from './restart-mixture.js';

/** To these an infinity says something: an e-value of 0 or ∞, the end of the normal distribution. */
const callsWithInfinities: Readonly<Record<string, readonly Call[]>> = {
  anytimeP: [anytimeP],
  combineEvidence: [(bad) => combineEvidence([{ weight: 0.5, logE: bad }])],
  progressOfEvidence: [(bad) => progressOfEvidence(bad, 0.05)],
  logSumExp: sampleWith(logSumExp),
  logMeanExp: sampleWith(logMeanExp),
  restartMixture: sampleWith(restartMixture),
  normalCdf: [normalCdf],
  logNormalCdf: [logNormalCdf],
};

/** They take no numbers, or are what the others refuse with; a seed is any bits (random.test.ts). */
const elsewhere = ['noMoments', 'Random', 'refuse', 'requireArmEvents'];

function expectRefusal(call: Call, bad: number): void {
  let answer: unknown;
  try {
    answer = call(bad);
  } catch (error) {
    expect(error).toBeInstanceOf(SerinError);
    expect((error as SerinError).code).toBe('invalid-statistics-input');
    return;
  }
  expect.fail(`answered ${JSON.stringify(answer)} instead of refusing ${bad} in ${String(call)}`);
}

describe('what is not a finite number is refused', () => {
  it.each(Object.entries({ ...classicCalls, ...sequentialCalls }))('by %s', (_name, calls) => {
    for (const call of calls)
      for (const bad of [NaN, Infinity, -Infinity]) expectRefusal(call, bad);
  });

  it.each(Object.entries(callsWithInfinities))(
    'by %s, to which infinities say something',
    (_name, calls) => {
      for (const call of calls) {
        expectRefusal(call, NaN);
        for (const infinite of [Infinity, -Infinity]) expect(call(infinite)).not.toBeNaN();
      }
    },
  );

  it('by every function of this folder', async () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
    );
    const named = [
      ...Object.keys({ ...classicCalls, ...sequentialCalls, ...callsWithInfinities }),
      ...elsewhere,
    ];
    for (const file of files) {
      const found = (await import(
        /* @vite-ignore */ new URL(file, import.meta.url).href
      )) as Record<string, unknown>;
      for (const [name, value] of Object.entries(found)) {
        if (typeof value !== 'function' || name.startsWith('require')) continue;
        expect(named, `${name} of ${file}`).toContain(name);
      }
    }
  });
});
