import { expect, test } from 'vitest';
import { floats, integers, onnxModel } from '../../../test/onnx/build.js';
import { describeGraph } from './graph-facts.js';
import { decodeOnnx } from './read.js';

const tokens = { name: 'tokens', datatype: 'INT64', shape: ['batch', 'sequence'] } as const;
const answer = { name: 'y', datatype: 'FP32', shape: ['batch', 2] } as const;

test('an input that is looked up in a table tells how many entries there are', () => {
  const { entriesLookedUp, dimensions } = describeGraph(
    decodeOnnx(
      onnxModel({
        inputs: [tokens],
        outputs: [answer],
        nodes: [
          { op: 'Cast', inputs: ['tokens'], outputs: ['ids'], attributes: { to: 6 } },
          { op: 'Gather', inputs: ['table', 'ids'], outputs: ['rows'] },
          { op: 'ReduceMean', inputs: ['rows'], outputs: ['y'], attributes: { axes: [1] } },
        ],
        constants: [floats('table', [7, 2], Array<number>(14).fill(1))],
      }),
    ),
  );
  expect([...entriesLookedUp]).toEqual([['tokens', 7]]);
  expect(dimensions.get('tokens')).toEqual(['batch', 'sequence']);
  expect(dimensions.get('y')).toEqual(['batch', 2]);
});

test('operators inside of branches count, and so do values that only they read', () => {
  const branch = (op: string, domain: string) => ({
    graph: {
      inputs: [],
      outputs: [{ ...answer, name: `of ${op}` }],
      nodes: [{ op, domain, inputs: ['x', 'w'], outputs: [`of ${op}`] }],
    },
  });
  const facts = describeGraph(
    decodeOnnx(
      onnxModel({
        inputs: [{ ...answer, name: 'x' }],
        outputs: [answer],
        nodes: [
          {
            op: 'If',
            inputs: ['yes'],
            outputs: ['y'],
            attributes: { then_branch: branch('Add', ''), else_branch: branch('Odd', 'com.odd') },
          },
          { op: 'RandomNormal', inputs: [], outputs: ['noise'], attributes: { shape: [2] } },
          {
            op: 'RandomUniform',
            inputs: [],
            outputs: ['seeded'],
            attributes: { shape: [2], seed: { float: 1 } },
          },
        ],
        constants: [
          floats('w', [2], [1, 2]),
          integers('nobody', [1], [3]),
          { name: 'yes', datatype: 'BOOL', shape: [], raw: Uint8Array.of(1) },
        ],
      }),
    ),
  );
  expect([...(facts.operatorsByDomain.get('com.odd') ?? [])]).toEqual(['Odd']);
  expect(facts.operatorsByDomain.get('ai.onnx')).toContain('Add');
  expect(facts.unusedInitializers).toEqual(['nobody']);
  expect(facts.randomOperators).toEqual(['RandomNormal']);
});
