import { expect, test } from 'vitest';
import { ArmPredictions, spreadOf } from './arm-predictions.js';

function scored(...values: readonly number[]): ArmPredictions {
  const arm = new ArmPredictions();
  for (const value of values) arm.count({ kind: 'score', value });
  return arm;
}

test('scores that are all the same are one bar, which is that score', () => {
  expect(spreadOf(scored(0.25, 0.25), scored(0.25))).toEqual({
    kind: 'score',
    bins: [{ label: '0.25', stable: 1, canary: 1 }],
  });
});

test('scores that differ are in twelve ranges between the lowest and the highest of both arms', () => {
  const bins = spreadOf(scored(0, 0), scored(0, 12))?.bins ?? [];
  expect(bins.map(({ label }) => label).slice(0, 2)).toEqual(['0 to 1', '1 to 2']);
  expect(bins.at(0)).toMatchObject({ stable: 1, canary: 0.5 });
  expect(bins.at(-1)).toEqual({ label: '11 to 12', stable: 0, canary: 0.5 });
});
