import { expect, test } from 'vitest';
import { datatypes } from '../../../domain/tensor.js';
import { Random } from '../../../stats/random.js';
import { numbersOf } from '../answers/numbers.js';
import { fill } from './fill.js';

test('every datatype can be made up, the same for the same seed', () => {
  for (const datatype of datatypes) {
    const make = () =>
      fill({ name: 'x', datatype }, [3, 2], { kind: 'random', random: new Random(7) }, undefined);
    expect(make().data).toHaveLength(6);
    expect(make()).toEqual(make());
  }
});

test('numbers stay within the range that somebody gave, both ends included', () => {
  const range = { min: -1, max: 2 };
  for (const datatype of ['INT64', 'INT8', 'FP32', 'FP16'] as const) {
    const random = new Random(1);
    const made = fill({ name: 'x', datatype }, [500], { kind: 'random', random }, range);
    const numbers = numbersOf(made) ?? [];
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(2);
    if (datatype.startsWith('INT')) expect(new Set(numbers)).toEqual(new Set([-1, 0, 1, 2]));
  }
  const large = { kind: 'constant', value: 1e6 } as const;
  expect(fill({ name: 'x', datatype: 'INT64' }, [1], large, range).data).toEqual(
    BigInt64Array.of(2n),
  );
});

test('text is made of letters that every client can send', () => {
  const random = new Random(3);
  const { data } = fill(
    { name: 'x', datatype: 'BYTES' },
    [50],
    { kind: 'random', random },
    undefined,
  );
  for (const bytes of data as Uint8Array[]) {
    expect(Buffer.from(bytes).toString()).toMatch(/^[a-z]+$/);
  }
});
