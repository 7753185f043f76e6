import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arm } from '../domain/arm.js';
import type { ModelName, RequestId } from '../domain/ids.js';
import { AnswersToJudge } from './answers-to-judge.js';
import type { RememberedAnswer } from './remembered-answer.js';
import { fromBatch } from './saved-answers.js';

const models = ['a', 'b'] as ModelName[];

type Act = { readonly id: number; readonly model: number } & (
  { readonly kind: 'remember' | 'judge' | 'forget' | 'save' } | { readonly kind: 'copy' }
);

/** The same, as one would say it: a list of all answers, the newest `capacity` of which count. */
class Plain {
  readonly all: { id: RequestId; answer: RememberedAnswer; saved: boolean; gone: boolean }[] = [];

  constructor(readonly capacity: number) {}

  find(id: RequestId) {
    const newest = this.all.slice(-this.capacity);
    const kept = newest.findLast((one) => one.id === id);
    return kept?.gone === true ? undefined : kept;
  }

  unsaved(model: ModelName): Set<RequestId> {
    const kept = this.all.filter(
      (one) => this.find(one.id) === one && !one.saved && one.answer.model === model,
    );
    return new Set(kept.map(({ id }) => id));
  }
}

test('whatever is remembered, judged, saved and forgotten, the newest answers are found and saved once', () => {
  const act: fc.Arbitrary<Act> = fc.record({
    kind: fc.constantFrom('remember', 'remember', 'remember', 'judge', 'copy', 'save', 'forget'),
    id: fc.nat(12),
    model: fc.nat(1),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.array(act, { maxLength: 60 }),
      (capacity, acts) => {
        const answers = new AnswersToJudge(capacity);
        const plain = new Plain(capacity);
        for (const [step, act] of acts.entries()) {
          const id = `r${act.id}` as RequestId;
          const model = models[act.model]!;
          carryOut(act, id, model, step, answers, plain);
          for (let n = 0; n <= 12; n++) {
            const one = `r${n}` as RequestId;
            expect(answers.find(one)).toEqual(plain.find(one)?.answer);
          }
          for (const one of models) {
            expect(idsOf(answers, one)).toEqual(plain.unsaved(one));
          }
        }
      },
    ),
  );
});

function idsOf(answers: AnswersToJudge, model: ModelName): Set<RequestId> {
  const saved = [...fromBatch(answers.toBatch(model).answers, model)];
  for (const [id, answer] of saved) expect(answers.find(id)).toEqual(answer);
  return new Set(saved.map(([id]) => id));
}

function carryOut(
  act: Act,
  id: RequestId,
  model: ModelName,
  step: number,
  answers: AnswersToJudge,
  plain: Plain,
): void {
  const known = plain.find(id);
  switch (act.kind) {
    case 'remember': {
      const answer = { model, arm: Arm.Stable, prediction: undefined, step };
      answers.remember(id, answer);
      plain.all.push({ id, answer: { ...answer, judged: false }, saved: false, gone: false });
      return;
    }
    case 'judge':
      answers.markJudged(id);
      if (known === undefined) return;
      known.answer = { ...known.answer, judged: true };
      known.saved = false;
      return;
    case 'copy': {
      const copy = { kind: 'score', value: step } as const;
      answers.addCopy(id, model, copy);
      if (known?.answer.model !== model) return;
      known.answer = { ...known.answer, copy };
      known.saved = false;
      return;
    }
    case 'save':
      answers.markSaved(model);
      for (const one of plain.all) if (one.answer.model === model) one.saved = true;
      return;
    case 'forget':
      answers.forget(model);
      for (const one of plain.all) if (one.answer.model === model) one.gone = true;
  }
}
