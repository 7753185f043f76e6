import { describe, expect, it } from 'vitest';
import type { TensorSpec } from '../domain/signature.js';
import type { Datatype } from '../domain/tensor.js';
import type { Operator } from './onnx/read.js';
import { likelyKind, likelyOutput } from './prediction.js';

function output(name: string, shape: number[], datatype: Datatype = 'FP32'): TensorSpec {
  return { name, datatype, shape };
}

describe('the output that is the prediction', () => {
  it.each([
    [['label', 'probabilities'], 'probabilities'],
    [['embedding', 'output_label'], 'output_label'],
    [['embedding', 'anomaly_score'], 'anomaly_score'],
    [['y', 'z'], 'y'],
  ])('of %j is %s', (names, expected) => {
    expect(likelyOutput(names.map((name) => output(name, [-1, 1])))?.name).toBe(expected);
  });
});

describe('the kind of a prediction', () => {
  it.each<[string, TensorSpec, string]>([
    ['one number by the name of a probability', output('probability', [-1, 1]), 'probability'],
    ['one number', output('y', [-1, 1]), 'score'],
    ['one number without a column', output('y', [-1]), 'score'],
    ['several numbers', output('y', [-1, 10]), 'classes'],
    ['probabilities of nobody knows how many classes', output('probs', [-1, -1]), 'classes'],
    ['nobody knows how many numbers', output('y', [-1, -1]), 'score'],
    ['an integer', output('y', [-1], 'INT64'), 'label'],
    ['a text', output('y', [-1], 'BYTES'), 'label'],
    ['quantised scores', output('y', [-1, 1000], 'UINT8'), 'classes'],
  ])('is told from the output: %s', (_, spec, kind) => {
    expect(likelyKind(spec, [], [])).toBe(kind);
  });

  it('is told from the operator behind it, through those that pass it on', () => {
    const operators = [
      operator('Gemm', 'x', 'a'),
      operator('Sigmoid', 'a', 'b'),
      operator('Squeeze', 'b', 'c'),
      operator('Identity', 'c', 'y'),
    ];
    expect(likelyKind(output('y', [-1]), operators, [])).toBe('probability');
    const softmax = [operator('Softmax', 'x', 'y')];
    expect(likelyKind(output('y', [-1]), softmax, [])).toBe('classes');
  });

  it('does not go round in circles in a graph that does', () => {
    const circle = [operator('Identity', 'y', 'y')];
    expect(likelyKind(output('y', [-1]), circle, [])).toBe('score');
  });
});

function operator(type: string, from: string, to: string): Operator {
  return { type, domain: 'ai.onnx', inputs: [from], outputs: [to] };
}
