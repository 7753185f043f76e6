import { expect, test } from 'vitest';
import { LineCursor } from './line-cursor.js';

/** Of a line that stands between two others. */
function cursorOn(line: string): LineCursor {
  const [before, after] = ['1\t2\n', '\n3\t4'];
  const cursor = new LineCursor();
  const bytes = Buffer.from(before + line + after, 'latin1');
  cursor.begin(bytes, before.length, before.length + line.length);
  return cursor;
}
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('a field is passed where it is the expected one, and stays otherwise, also at the end', () => {
  const cursor = cursorOn('s2\tOK');
  expect(cursor.passes(bytes('s'))).toBe(false);
  expect(cursor.passes(bytes('s22'))).toBe(false);
  expect(cursor.passes(bytes('s2'))).toBe(true);
  expect(cursor.isAtEnd).toBe(false);
  expect(cursor.passes(bytes('OK1'))).toBe(false);
  expect(cursor.passes(bytes('OK'))).toBe(true);
  expect(cursor.isAtEnd).toBe(true);
  expect(cursor.passes(bytes(''))).toBe(false);
});

test.each([
  ['0', 1, 0],
  ['0.001', 1000, 1],
  ['1795417631.479', 1000, 1_795_417_631_479],
  ['12345678901234.5', 1, 12_345_678_901_234.5],
  ['999999999', 1, 999_999_999],
  ['9999999999', 1, 9_999_999_999],
  ['6614', 0.001, 6.614],
  ['', 1, NaN],
  ['-', 1, NaN],
  ['-1', 1, NaN],
  ['1.2.3', 1, NaN],
  ['1x', 1, NaN],
  ['502, 200', 1, NaN],
])('the number %j times %d is %d, in the middle and at the end', (text, times, value) => {
  const cursor = cursorOn(`${text}\t${text}`);
  expect(cursor.number(times)).toBe(value);
  expect(cursor.number(times)).toBe(value);
  expect(cursor.isAtEnd).toBe(true);
});

test.each([
  ['00000000002f', 47],
  ['ffffffffffff', 2 ** 48 - 1],
  ['9a', 154],
  ['', NaN],
  ['-', NaN],
  ['9A', NaN],
  ['12:', NaN],
  ['1`', NaN],
  ['fg', NaN],
])('the hexadecimal number %j is %d, in the middle and at the end', (text, value) => {
  const cursor = cursorOn(`${text}\t${text}`);
  expect(cursor.hexadecimal()).toBe(value);
  expect(cursor.hexadecimal()).toBe(value);
  expect(cursor.isAtEnd).toBe(true);
});

test.each([
  ['0.300, 0.200 : 0.004', 300, 3],
  ['-, 0.004', NaN, 2],
  ['0.006', 6, 1],
  ['-', NaN, 1],
])('of the list %j the first is %d, and there are %d', (text, first, listed) => {
  const cursor = cursorOn(`${text}\tnext`);
  expect(cursor.firstNumber(1000)).toBe(first);
  expect(cursor.listed).toBe(listed);
  expect(cursor.text()).toBe('next');
  expect(cursor.isAtEnd).toBe(true);
});

test('a text that repeats is the same text, and another one is not', () => {
  const cursor = cursorOn('churn\tchurn\tchurn2\tchurn');
  expect([1, 2, 3, 4].map(() => cursor.sameText())).toEqual(['churn', 'churn', 'churn2', 'churn']);
});

test('behind the end there is nothing, whatever is asked for', () => {
  const cursor = cursorOn('1');
  cursor.passAny();
  expect(cursor.isAtEnd).toBe(true);
  expect(cursor.number()).toBeNaN();
  expect(cursor.isAtEnd).toBe(false);
});
