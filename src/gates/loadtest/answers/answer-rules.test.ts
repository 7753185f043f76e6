import { describe, expect, test } from 'vitest';
import { rulesOf } from './answer-rules.js';

const misfitAt = (path: string, answer: unknown) => rulesOf(path, undefined).misfit(answer);

describe('an answer of /infer', () => {
  const misfit = (answer: unknown) => misfitAt('/v2/models/m/infer', answer);
  const output = { name: 'y', shape: [2] };

  test('has as many elements in each output as its shape says', () => {
    expect(misfit({ outputs: [{ ...output, data: [1, 2] }] })).toBeUndefined();
    expect(misfit({ outputs: [{ ...output, data: [1] }] })).toContain('has 1 elements');
  });

  test('has elements, unless they follow in binary', () => {
    expect(misfit({ outputs: [output] })).toBe('output "y" has no "data"');
    expect(misfit({ outputs: [{ ...output, data: null }] })).toBe('output "y" has no "data"');
    expect(misfit({ outputs: [{ ...output, parameters: {} }] })).toBe('output "y" has no "data"');
    const binary = { ...output, parameters: { binary_data_size: 8 } };
    expect(misfit({ outputs: [binary] })).toBeUndefined();
  });

  test('says of no error beside them', () => {
    const outputs = [{ ...output, data: [1, 2] }];
    expect(misfit({ outputs, error: 'out of memory' })).toContain('an "error": "out of memory"');
    expect(misfit({ outputs, error: null })).toBeUndefined();
  });
});

describe('an answer of /predict', () => {
  const misfit = (answer: unknown) => misfitAt('/predict', answer);

  test.each([
    { prediction: 0 },
    { prediction: 'cat', error: null },
    { label: false, error: '' },
    { predictions: [[0.25, 0.75]] },
    { prediction: null, scores: { cat: 0.5, dog: 0.5 } },
    { outputs: { y: [1], z: null } },
  ])('is good where it predicts something: %j', (answer) => {
    expect(misfit(answer)).toBeUndefined();
  });

  test.each([
    [{ prediction: [] }, 'no prediction: "prediction" is []'],
    [{ scores: { cat: null } }, 'no prediction: "scores" is {"cat":null}'],
    [{ prediction: 0.5, error: { code: 7 } }, 'a good status, and an "error": {"code":7}'],
  ])('is wrong where it does not: %j', (answer, words) => {
    expect(misfit(answer)).toBe(words);
  });
});
