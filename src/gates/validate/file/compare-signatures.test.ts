import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Signature, TensorSpec } from '../../../domain/signature.js';
import { datatypes } from '../../../domain/tensor.js';
import { compareSignatures } from './compare-signatures.js';

const x: TensorSpec = { name: 'x', datatype: 'FP32', shape: [-1, 2] };
const y: TensorSpec = { name: 'y', datatype: 'FP32', shape: [-1, 1] };
const stable: Signature = { inputs: [x], outputs: [y] };

function relationOf(candidate: Partial<Signature>, to: Signature = stable): string {
  return compareSignatures(to, { ...stable, ...candidate }).relation;
}

test.each([
  ['a description', { inputs: [{ ...x, description: 'two numbers' }] }, 'identical'],
  ['a new output', { outputs: [y, { ...y, name: 'z' }] }, 'widened'],
  ['a dimension that may vary now', { inputs: [{ ...x, shape: [-1, -1] }] }, 'widened'],
  ['an output of which more is known', { outputs: [{ ...y, shape: [7, 1] }] }, 'widened'],
  ['a dimension that is fixed now', { inputs: [{ ...x, shape: [1, 2] }] }, 'breaking'],
  ['another size', { inputs: [{ ...x, shape: [-1, 3] }] }, 'breaking'],
  ['another rank', { inputs: [{ ...x, shape: [-1] }] }, 'breaking'],
  ['another datatype', { inputs: [{ ...x, datatype: 'FP64' as const }] }, 'breaking'],
  ['another name', { inputs: [{ ...x, name: 'input' }] }, 'breaking'],
  ['a new input', { inputs: [x, { ...x, name: 'more' }] }, 'breaking'],
  ['an output that is gone', { outputs: [{ ...y, name: 'z' }] }, 'breaking'],
  ['an output that may vary now', { outputs: [{ ...y, shape: [-1, -1] }] }, 'breaking'],
])('%s is told apart', (_, candidate, relation) => {
  expect(relationOf(candidate)).toBe(relation);
});

const spec = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  datatype: fc.constantFrom(...datatypes),
  shape: fc.array(fc.constantFrom(-1, 1, 2), { maxLength: 3 }),
});
const specs = fc.uniqueArray(spec, { selector: ({ name }) => name, minLength: 1 });
const signature = fc.record({ inputs: specs, outputs: specs });

test('a signature is identical to itself, whatever it is', () => {
  fc.assert(
    fc.property(signature, (one) => {
      expect(compareSignatures(one, one)).toEqual({ relation: 'identical', differences: [] });
    }),
  );
});

test('whatever takes the place of what takes the place of stable can take it, too', () => {
  fc.assert(
    fc.property(signature, signature, signature, (one, two, three) => {
      const fits = (a: Signature, b: Signature) => compareSignatures(a, b).relation !== 'breaking';
      if (fits(one, two) && fits(two, three)) expect(fits(one, three)).toBe(true);
    }),
  );
});
