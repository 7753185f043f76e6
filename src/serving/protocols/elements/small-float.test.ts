import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fromBf16Bits,
  fromFp16Bits,
  isFiniteBf16,
  isFiniteFp16,
  toBf16Bits,
  toFp16Bits,
} from './small-float.js';

const formats = [
  { name: 'FP16', from: fromFp16Bits, to: toFp16Bits, isFinite: isFiniteFp16 },
  { name: 'BF16', from: fromBf16Bits, to: toBf16Bits, isFinite: isFiniteBf16 },
];

describe.each(formats)('$name', ({ from, to, isFinite }) => {
  test('every bit pattern survives the way to a number and back', () => {
    for (let bits = 0; bits < 2 ** 16; bits++) {
      const value = from(bits);
      if (Number.isNaN(value)) expect(from(to(value))).toBeNaN();
      else if (to(value) !== bits) expect.fail(`${bits} became ${to(value)}`);
    }
  });

  test('only infinities and NaN are not finite', () => {
    for (let bits = 0; bits < 2 ** 16; bits++) {
      if (isFinite(bits) !== Number.isFinite(from(bits))) expect.fail(String(bits));
    }
  });

  test('a number becomes the nearest that there is, and the even one of two equally near', () => {
    const bitsOfPositive = fc.integer({ min: 0, max: 0x7bff });
    fc.assert(
      fc.property(bitsOfPositive, fc.double({ min: 0, max: 1, noNaN: true }), (bits, part) => {
        const [low, high] = [from(bits), from(bits + 1)];
        if (!Number.isFinite(high)) return;
        const between = low + (high - low) * part;
        const nearest = between - low < high - between ? bits : bits + 1;
        const isTie = between - low === high - between;
        expect(to(between)).toBe(isTie ? bits + (bits % 2) : nearest);
        expect(to(-between)).toBe(to(between) | 0x8000);
      }),
    );
  });
});

test('FP16 overflows where IEEE 754 says, and keeps its smallest subnormal', () => {
  expect(fromFp16Bits(toFp16Bits(65519))).toBe(65504);
  expect(fromFp16Bits(toFp16Bits(65520))).toBe(Infinity);
  expect(toFp16Bits(2 ** -24)).toBe(1);
  expect(toFp16Bits(2 ** -25)).toBe(0);
  expect(Object.is(fromFp16Bits(toFp16Bits(-1e-10)), -0)).toBe(true);
});

test('a BF16 number is the upper half of an FP32 number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), (bits) => {
      const [upperHalf] = new Float32Array(new Uint32Array([bits * 2 ** 16]).buffer);
      expect(fromBf16Bits(bits)).toBe(upperHalf);
    }),
  );
});

test('BF16 rounds a number once, not to FP32 first', () => {
  // Just above the tie between 1 and 1 + 2⁻⁷; FP32 would round it down to the tie itself.
  expect(fromBf16Bits(toBf16Bits(1 + 2 ** -8 + 2 ** -40))).toBe(1 + 2 ** -7);
});
