import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.js';
import { percent, share, size, time, writeTime } from './units.js';

test.each([
  [time, '500ms', 500],
  [time, '1.5s', 1_500],
  [time, '15m', 900_000],
  [time, '2h', 7_200_000],
  [time, '1d', 86_400_000],
  [share, '0.5%', 0.005],
  [share, '100%', 1],
  [percent, '12.5%', 12.5],
  [size, '512MiB', 536_870_912],
  [size, '2GB', 2_000_000_000],
  [size, '1B', 1],
])('%# %o is read', (unit, text, value) => {
  expect(new RegExp(unit.pattern).test(text)).toBe(true);
  expect(unit.read(text)).toBeCloseTo(value, 12);
});

test('a time of whole seconds that is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_599 }), (seconds) => {
      const parts = writeTime(seconds * 1_000).split(' ');
      expect(parts.reduce((sum, part) => sum + time.read(part), 0)).toBe(seconds * 1_000);
    }),
  );
});

test('a near name is found, and a far one is not invented', () => {
  const known = ['weight', 'shadow', 'pause', 'gate', 'tolerance'];
  expect(nearestName('wieght', known)).toBe('weight');
  expect(nearestName('Weight', known)).toBe('weight');
  expect(nearestName('tolerence', known)).toBe('tolerance');
  expect(nearestName('gat', known)).toBe('gate');
  expect(nearestName('banana', known)).toBeUndefined();
  expect(nearestName('', known)).toBeUndefined();
});
