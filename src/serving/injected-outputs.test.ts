import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datatypes, type Datatype, type Tensor, type TensorData } from '../domain/tensor.js';
import type { PredictionSpec } from '../domain/version.js';
import { distorted, withoutNumbers } from './injected-outputs.js';
import { findNonFinite } from './protocols/non-finite.js';
import {
  fromBf16Bits,
  fromFp16Bits,
  toBf16Bits,
  toFp16Bits,
} from './protocols/elements/small-float.js';
import { labelAt, predictionOf } from './protocols/prediction.js';
import { zeros } from './tensor-data.js';

const label: PredictionSpec = { output: 'y', kind: 'label', labels: [] };
const colours: PredictionSpec = { ...label, labels: ['red', 'green', 'blue'] };
const probability: PredictionSpec = { output: 'y', kind: 'probability', labels: [] };
const score: PredictionSpec = { output: 'y', kind: 'score', labels: [] };

/** One row: there is nothing that it could change places with. */
function row(datatype: Datatype, data: TensorData, name = 'y'): Tensor {
  return { name, datatype, shape: [1, data.length], data };
}

describe('one row is wrong', () => {
  test.each(datatypes)(
    'of %s, whatever it holds and is, and has its type and shape',
    (datatype) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ minLength: 8, maxLength: 8 }),
          fc.constantFrom(label, colours, probability, score),
          (bytes, prediction) => {
            const output = row(datatype, anyElement(datatype, bytes));
            fc.pre(findNonFinite([output]) === undefined);
            const wrong = distorted(output, prediction);
            expect(wrong).toMatchObject({ name: 'y', datatype, shape: [1, 1] });
            expect(wrong.data.constructor).toBe(output.data.constructor);
            expect(wrong.data).not.toEqual(output.data);
            expect(output.data).toEqual(anyElement(datatype, bytes));
          },
        ),
      );
    },
  );

  test('a class of two becomes the other one, named or not', () => {
    const output = row('INT64', BigInt64Array.of(1n));
    expect(distorted(output, label).data).toEqual(BigInt64Array.of(0n));
    expect(distorted(output, { ...label, labels: ['no', 'yes'] }).data).toEqual(
      BigInt64Array.of(0n),
    );
  });

  test('a named class becomes the next, and the last one the first', () => {
    for (const output of [
      row('INT64', BigInt64Array.of(0n, 1n, 2n)),
      row('UINT8', Uint8Array.of(0, 1, 2)),
      row(
        'BYTES',
        ['red', 'green', 'blue'].map((text) => Buffer.from(text)),
      ),
    ]) {
      const wrong = distorted(output, colours);
      const names = [0, 1, 2].map((at) => labelAt(wrong, at, colours.labels));
      expect(names).toEqual(['green', 'blue', 'red']);
    }
  });

  test('the class beside a probability is wrong as well', () => {
    const output = row('INT64', BigInt64Array.of(2n), 'class');
    const prediction = { ...probability, labels: ['red', 'green', 'blue'] };
    expect(distorted(output, prediction).data).toEqual(BigInt64Array.of(0n));
  });

  test('text that is no class is another text', () => {
    const wrong = distorted(row('BYTES', [Buffer.from('a cat')]), colours);
    expect(labelAt(wrong, 0, [])).toBe('not a cat');
  });

  test('a probability is still one', () => {
    const halves = distorted(row('FP16', Uint16Array.of(toFp16Bits(0.25))), probability);
    expect(fromFp16Bits(halves.data[0] as number)).toBe(0.75);
    const brain = distorted(row('BF16', Uint16Array.of(toBf16Bits(0.5))), probability);
    expect(fromBf16Bits(brain.data[0] as number)).toBe(1);
  });

  test.each([
    row('FP32', Float32Array.of(0.25, 0.5, 0.125)),
    row('UINT8', Uint8Array.of(10, 200, 20)),
    row('INT64', BigInt64Array.of(-10n, 200n, 20n)),
  ])('of scores a class, another one is the largest: $datatype', (output) => {
    const classes: PredictionSpec = { ...colours, kind: 'classes' };
    expect(predictionOf([output], classes)).toMatchObject({ label: 'green' });
    expect(predictionOf([distorted(output, classes)], classes)).not.toMatchObject({
      label: 'green',
    });
  });
});

test('a floating-point output of any width becomes no number; a class stays what it is', () => {
  for (const output of [
    row('FP16', Uint16Array.of(0)),
    row('BF16', Uint16Array.of(0)),
    row('FP32', Float32Array.of(0)),
    row('FP64', Float64Array.of(0)),
  ]) {
    expect(findNonFinite([withoutNumbers(output)]), output.datatype).toBeDefined();
    expect(findNonFinite([output])).toBeUndefined();
  }
  const output = row('INT64', BigInt64Array.of(1n));
  expect(withoutNumbers(output)).toEqual(output);
});

/** One element made of bytes: a BOOL of 0 or 1, otherwise anything of its datatype. */
function anyElement(datatype: Datatype, bytes: Uint8Array): TensorData {
  if (datatype === 'BYTES') return [Buffer.from(bytes)];
  if (datatype === 'BOOL') return Uint8Array.of((bytes[0] ?? 0) % 2);
  const data = zeros(datatype, 1);
  new Uint8Array(data.buffer).set(bytes.subarray(0, data.byteLength));
  return data;
}
