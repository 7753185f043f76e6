import { expect, it } from 'vitest';
import { normalCdf, normalQuantile } from './normal.js';
import { tTestPower, tTestSize } from './power-t-test.js';

// Expected values: scipy 1.10.1, stats.nct, e.g. for the power of d, n and alpha
//   df = 2*n-2; nc = d*sqrt(n/2); t = stats.t.ppf(1-alpha/2, df)
//   stats.nct.sf(t, df, nc) + stats.nct.cdf(-t, df, nc)

it.each([
  [0.666, 36, 0.05, 0.7957896379540598],
  [0.666, 36.3, 0.05, 0.7991516184130467],
  [0.5, 64, 0.05, 0.8014595579287103],
  [0.2, 394, 0.05, 0.8005931284024354],
  [1.5, 5, 0.01, 0.25053316261953507],
  [3, 2, 0.05, 0.3874001285054798],
  [0.01, 1000, 0.05, 0.05574170869913139],
  [8, 3, 0.05, 0.9999992661677449],
])(
  'an effect of %d with %d an arm at %d has the power that scipy gives',
  (effect, n, alpha, power) => {
    expect(Math.abs(tTestPower(effect, n, alpha) / power - 1)).toBeLessThan(1e-8);
  },
);

it.each([
  [0.666, 0.05, 0.8, 36.37638243396011],
  [0.2, 0.05, 0.8, 393.4056950197415],
  [0.5, 0.05, 0.8, 63.765610189894616],
  [0.8, 0.05, 0.8, 25.524571790223607],
  [0.5, 0.01, 0.9, 120.70548585466341],
  [0.05, 0.05, 0.9, 8406.89600832617],
  [2, 0.05, 0.8, 5.089994567920567],
])(
  'an effect of %d at %d needs for a power of %d the size that scipy gives',
  (d, alpha, power, n) => {
    const size = tTestSize(d, alpha, power);
    expect(Math.abs(size.exact / n - 1)).toBeLessThan(1e-7);
    expect(tTestPower(d, size.enough, alpha)).toBeGreaterThanOrEqual(power - 1e-9);
  },
);

it('answers 36 where R1 answers 36, and says that 37 are needed', () => {
  const { nearest, enough } = tTestSize(0.666, 0.05, 0.8);
  expect(nearest).toBe(36);
  expect(enough).toBe(37);
});

it.each([
  [0, 0.05, 0.8],
  [NaN, 0.05, 0.8],
  [0.5, 0, 0.8],
  [0.5, 1, 0.8],
  [0.5, 0.05, 1],
  [0.5, 0.05, 0.01],
])('effect %d, alpha %d, power %d is refused', (effect, alpha, power) => {
  expect(() => tTestSize(effect, alpha, power)).toThrow('cannot be judged');
});

it.each([
  [0.5, 1.000001, 0.05],
  [0.5, NaN, 0.05],
  [0.001, 1e12, 0.05],
])(
  'the power of an effect of %d with %d an arm is refused at once, not looked for',
  (d, n, alpha) => {
    expect(() => tTestPower(d, n, alpha)).toThrow('a size of an arm');
  },
);

it('a power that is hardly more than alpha needs two an arm', () => {
  expect(tTestSize(100, 0.05, 0.050_000_1).exact).toBe(2);
});

it('a large size has the power that the normal distribution gives it', () => {
  // d·√(n/2) = 3.1623 and 1.9600 as the limit; the other tail has 1.5·10⁻⁷.
  const expected =
    normalCdf(Math.sqrt(10) - normalQuantile(0.975)) +
    normalCdf(-Math.sqrt(10) - normalQuantile(0.975));
  expect(Math.abs(tTestPower(1e-4, 2e9, 0.05) / expected - 1)).toBeLessThan(1e-7);
});

it('an effect of many standard deviations needs two an arm at most', () => {
  expect(tTestSize(100, 0.05, 0.8).enough).toBe(2);
});
