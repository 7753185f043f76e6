import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tensor } from '../domain/tensor.js';
import { readableTensor } from './readable-tensor.js';

test.each<[string, Tensor, unknown]>([
  [
    'numbers are nested as the shape is',
    tensor('INT32', [2, 2], Int32Array.of(1, 2, 3, 4)),
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ['a scalar is one value', tensor('FP64', [], Float64Array.of(0.1)), 0.1],
  ['a row of nothing is an empty list', tensor('FP32', [1, 0], new Float32Array()), [[]]],
  [
    'single precision has no noise behind it',
    tensor('FP32', [2], Float32Array.of(0.1, 1e-7)),
    [0.1, 1e-7],
  ],
  ['half precision is a number', tensor('FP16', [1], Uint16Array.of(0x3c00)), [1]],
  ['bfloat16 is a number', tensor('BF16', [1], Uint16Array.of(0x3f80)), [1]],
  ['truth is true or false', tensor('BOOL', [2], Uint8Array.of(0, 1)), [false, true]],
  [
    'large integers keep their digits',
    tensor('INT64', [2], BigInt64Array.of(7n, 2n ** 62n)),
    [7, '4611686018427387904'],
  ],
  [
    'what is not finite is named',
    tensor('FP32', [3], Float32Array.of(NaN, Infinity, -Infinity)),
    ['NaN', 'Infinity', '-Infinity'],
  ],
  [
    'text is text, and other bytes are told apart',
    tensor('BYTES', [2], [Buffer.from('Zoë'), Buffer.of(0xff)]),
    ['Zoë', 'base64:/w=='],
  ],
])('%s', (_, given, expected) => {
  expect(readableTensor(given)).toEqual(expected);
});

test('a readable single-precision number is the very same number', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const [read] = readableTensor(tensor('FP32', [1], Float32Array.of(value))) as number[];
      // JSON knows no −0.
      expect(Math.fround(read ?? NaN) === value).toBe(true);
    }),
  );
});

function tensor(datatype: Tensor['datatype'], shape: number[], data: Tensor['data']): Tensor {
  return { name: 'x', datatype, shape, data };
}
