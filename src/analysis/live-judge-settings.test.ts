import { expect, test } from 'vitest';
import { defaultJudgeSettings } from './judge-settings.js';
import { liveJudgeSettings } from './live-judge-settings.js';
import { readJudgeSettings } from './read-judge-settings.js';

const byDefault = readJudgeSettings();
const live = readJudgeSettings(liveJudgeSettings({}, false));

test('a server judges by the settings of simulations, but for half a millisecond', () => {
  const { checks } = live;
  expect(live).toEqual({ ...byDefault, latencyToleranceMs: 0.5, checks });
});

const scaledDown = (weight: number) => expect.closeTo(weight / 1.1, 12) as number;

test('a server asks the same checks as strictly, with weights that make room for two more', () => {
  const { predictions, feedback, ...same } = live.checks;
  expect(predictions).toMatchObject({
    weight: scaledDown(0.05),
    tolerance: 0.2,
    onlyWhereReadable: true,
  });
  expect(feedback).toMatchObject({ weight: scaledDown(0.05), measure: 'accuracy', gate: null });
  for (const [name, check] of Object.entries(same)) {
    const usual = defaultJudgeSettings.checks[name as keyof typeof same];
    const scaled = usual && { ...usual, weight: scaledDown(usual.weight) };
    expect(check, name).toEqual(scaled);
  }
});

test('what is wished for wins, and leaves the other checks as they are', () => {
  const wished = liveJudgeSettings({ latencyToleranceMs: 0, checks: { feedback: null } }, true);
  const settings = readJudgeSettings(wished);
  expect(settings).toMatchObject({ latencyToleranceMs: 0, sticky: true });
  expect(settings.checks.feedback).toBeNull();
  expect(settings.checks.predictions).toMatchObject({ tolerance: 0.2 });
});
