import { expect, test } from 'vitest';
import { Arm } from '../domain/arm.js';
import { toModelName, type RequestId } from '../domain/ids.js';
import { AnswersToJudge } from './answers-to-judge.js';
import { feedbackValue, rightOfPair } from './feedback-value.js';
import { fromBatch } from './saved-answers.js';

const model = toModelName('churn');
const id = (n: number) => `r${n}` as RequestId;
const answer = (arm: Arm, value = 0.5) => ({ model, arm, prediction: score(value), step: 0 });
const unnamed = { stable: [], canary: [] };
const named = { stable: ['stays', 'leaves'], canary: ['stays', 'leaves', 'returns'] };
const unnamedCanary = { ...unnamed, stable: named.stable };
const swapped = { stable: ['stays', 'leaves'], canary: ['leaves', 'stays'] };
const classOf = (label: string) => ({ kind: 'class', label }) as const;
const cat = { kind: 'class', label: 'cat' } as const;
const score = (value: number) => ({ kind: 'score', value }) as const;

test.each([
  [score(0.7), 1, 1],
  [score(0.7), false, 0],
  [score(0.3), 'stays', 1],
  [score(0.3), 'leaves', 0],
  [classOf('leaves'), 'leaves', 1],
  [classOf('leaves'), 'stays', 0],
  [classOf('leaves'), 1, 1],
  [classOf('stays'), '0', 1],
  [classOf('stays'), 1, 0],
  [classOf('stays'), 'returns', 0],
  [classOf('stays'), 2, 0],
])('accuracy of %j when %j is true: %d', (prediction, label, value) => {
  expect(feedbackValue('accuracy', { label }, prediction, named, Arm.Stable)).toBe(value);
});

test.each([
  [classOf('cat'), 'cat', unnamed, 1],
  [classOf('cat'), 'dog', unnamed, 0],
  [classOf('3'), 3, unnamed, 1],
  [classOf('1'), true, unnamed, 1],
  [classOf('false'), 0, unnamed, 1],
  [classOf('leaves'), 1, unnamedCanary, 1],
  [classOf('1'), 1, unnamedCanary, 1],
  [classOf('0'), 'leaves', unnamedCanary, 0],
  [classOf('stays'), 'stays', swapped, 1],
] as const)(
  "accuracy of the canary's %j when %j is true, with the names %j: %d",
  (prediction, label, names, value) => {
    expect(feedbackValue('accuracy', { label }, prediction, names, Arm.Canary)).toBe(value);
  },
);

test('true and false are the second and the first of two classes', () => {
  const two = { stable: named.stable, canary: named.stable };
  const value = (label: boolean) =>
    feedbackValue('accuracy', { label }, classOf('leaves'), two, Arm.Canary);
  expect([value(true), value(false)]).toEqual([1, 0]);
});

test.each([
  ['Leaves', named, /one of the classes "stays", "leaves", "returns", or its position.*"Leaves"/],
  [3, named, /one of the classes/],
  [-1, named, /one of the classes/],
  [0.5, named, /one of the classes/],
  [true, named, /one of the classes/],
  ['perhaps', unnamedCanary, /one of the classes "stays", "leaves", or/],
  [1, swapped, /by its name, as at this position the arms have "leaves" and "stays"/],
  [
    'dog',
    { ...unnamed, canary: Array.from({ length: 200 }, (_, n) => `class ${n}`) },
    /"class 9", …, or its position from 0/,
  ],
] as const)('a label that names no class is counted for no answer: %j', (label, names, problem) => {
  for (const answered of ['stays', 'leaves', String(label)]) {
    for (const arm of [Arm.Stable, Arm.Canary]) {
      const take = () => feedbackValue('accuracy', { label }, classOf(answered), names, arm);
      expect(take).toThrow(problem);
    }
    const both = [classOf(answered), classOf('stays')] as const;
    expect(() => rightOfPair({ label }, ...both, names)).toThrow(problem);
  }
});

test('log-loss is −ln of the probability of what was true, and bounded', () => {
  const loss = (label: number, probability: number) =>
    feedbackValue('log-loss', { label }, score(probability), unnamed, Arm.Canary);
  expect(loss(1, 0.8)).toBeCloseTo(-Math.log(0.8), 12);
  expect(loss(0, 0.8)).toBeCloseTo(-Math.log(0.2), 12);
  expect(loss(0, 1)).toBeCloseTo(-Math.log(1e-6), 9);
});

test('a score is taken as it is', () => {
  expect(feedbackValue('score', { score: -3.5 }, undefined, unnamed, Arm.Stable)).toBe(-3.5);
});

test.each([
  ['accuracy', { score: 1 }, score(0.5)],
  ['accuracy', { label: 'perhaps' }, score(0.5)],
  ['accuracy', { label: 1 }, undefined],
  ['log-loss', { label: 1 }, { kind: 'class', label: 'cat' }],
  ['log-loss', { label: 1 }, score(7)],
  ['score', { label: 1 }, score(0.5)],
] as const)('%s cannot be taken from %j about %j', (measure, feedback, prediction) => {
  expect(() => feedbackValue(measure, feedback, prediction, unnamed, Arm.Stable)).toThrow(
    /expected/,
  );
});

test('a labelled pair says of both answers to one input whether they were right', () => {
  const names = ['stays', 'leaves'];
  const rightBy = (canary: readonly string[]) =>
    rightOfPair({ label: 'leaves' }, score(0.7), score(0.3), { stable: names, canary });
  expect(rightBy(names)).toEqual({ stable: true, canary: false });
  expect(rightBy(swapped.canary), "each by its own arm's names").toEqual({
    stable: true,
    canary: true,
  });
});

test.each([
  [{ score: 1 }, score(0.5), /"label"/],
  [{ label: 1 }, undefined, /a request of a shadow step that both arms answered/],
] as const)('a labelled pair cannot be taken from %j about %j', (said, copy, problem) => {
  expect(() => rightOfPair(said, score(0.5), copy, unnamed)).toThrow(problem);
});

test('the copy of an answer is kept with it, saved, and is of the same model only', () => {
  const answers = new AnswersToJudge(3);
  answers.remember(id(1), answer(Arm.Stable));
  answers.remember(id(2), answer(Arm.Canary));
  answers.markSaved(model);
  answers.addCopy(id(1), toModelName('other'), cat);
  answers.addCopy(id(2), model, cat);
  answers.addCopy(id(9), model, cat);
  expect(answers.toBatch(model).entries).toBe(0);
  answers.addCopy(id(1), model, cat);
  const saved = fromBatch(answers.toBatch(model).answers, model);
  expect([...saved]).toEqual([[id(1), { ...answer(Arm.Stable), judged: false, copy: cat }]]);
});

test('only the newest answers are remembered', () => {
  const answers = new AnswersToJudge(1_000);
  for (let n = 0; n < 5_000; n += 1) answers.remember(id(n), answer(Arm.Stable));
  expect(answers.find(id(3_999))).toBeUndefined();
  expect(answers.find(id(4_000))).toBeDefined();
  expect(answers.find(id(4_999))).toBeDefined();
});

test('an id that comes again is about the newer answer', () => {
  const answers = new AnswersToJudge(2);
  answers.remember(id(1), answer(Arm.Stable, 0.1));
  answers.remember(id(2), answer(Arm.Stable));
  answers.remember(id(1), answer(Arm.Canary, 0.9));
  answers.remember(id(3), answer(Arm.Stable));
  expect(answers.find(id(1))).toMatchObject({ arm: Arm.Canary, prediction: score(0.9) });
  expect(answers.find(id(2))).toBeUndefined();
});

test('an answer of any length takes little room, and equals no label once it is too long', () => {
  const answers = new AnswersToJudge(10);
  const label = 'x'.repeat(1_000_000);
  answers.remember(id(1), { ...answer(Arm.Stable), prediction: { kind: 'class', label } });
  const { prediction } = answers.find(id(1))!;
  expect(prediction).toEqual({ kind: 'class', label: 'x'.repeat(1_001) });
});

test('what changed since it was saved is saved, once, and comes back as it was', () => {
  const answers = new AnswersToJudge(3);
  const saved: Uint8Array[] = [];
  const save = (): void => {
    saved.push(answers.toBatch(model).answers);
    answers.markSaved(model);
  };
  answers.remember(id(1), answer(Arm.Canary));
  answers.remember(id(2), { ...answer(Arm.Stable), prediction: undefined });
  save();
  answers.remember(id(3), { ...answer(Arm.Stable), step: 7, prediction: cat });
  answers.markJudged(id(2));
  save();
  expect(answers.toBatch(model).entries).toBe(0);

  const restored = new AnswersToJudge(3);
  for (const batch of saved) restored.restore(fromBatch(batch, model));
  for (const n of [1, 2, 3]) expect(restored.find(id(n))).toMatchObject({ ...answers.find(id(n)) });
  expect(restored.toBatch(model).entries).toBe(0);
  restored.remember(id(4), answer(Arm.Stable));
  expect(restored.find(id(1))).toBeUndefined();
});

test('answers are saved without their feedback first, and with it once that is counted', () => {
  const answers = new AnswersToJudge(10);
  for (const n of [1, 2]) answers.remember(id(n), answer(Arm.Canary));
  answers.remember(id(3), { ...answer(Arm.Stable), model: toModelName('other') });
  answers.markJudged(id(1));
  const batches = answers.newBatches();
  expect([...batches.keys()]).toEqual([model, toModelName('other')]);
  const saved = [...fromBatch(batches.get(model)!.answers, model)];
  expect(saved.map(([one, { judged }]) => [one, judged])).toEqual([
    [id(1), false],
    [id(2), false],
  ]);
  answers.markNewSaved();
  expect(answers.newBatches().size).toBe(0);
  const [counted, ...others] = [...fromBatch(answers.toBatch(model).answers, model)];
  expect(counted).toEqual([id(1), { ...answer(Arm.Canary), judged: true }]);
  expect(others).toEqual([]);
});

test('however long nothing can be saved, no more is kept for it than is remembered', () => {
  const answers = new AnswersToJudge(1_000);
  for (let n = 0; n < 5_000; n += 1) {
    answers.remember(id(n), answer(Arm.Stable));
    answers.markJudged(id(n - 500));
  }
  expect(answers.toBatch(model).entries).toBe(1_000);
});
