import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toModelName } from '../../domain/ids.js';
import { openDatabase } from './database.js';
import { SqliteJudgeStates } from './judge-states.js';

const churn = toModelName('churn');
const other = toModelName('other');
const batch = (answers: string, entries = 10) => ({ entries, answers: Buffer.from(answers) });
const textOf = (answers: Uint8Array) => Buffer.from(answers).toString();

function openStates(answersKept = 1_000) {
  const database = openDatabase(mkdtempSync(join(tmpdir(), 'serin-judge-states-')));
  return { database, states: new SqliteJudgeStates(database, answersKept) };
}

test('the newest state is there, and every batch of answers, in its order', () => {
  const { states } = openStates();
  states.save(churn, 'a', batch('1'));
  states.save(other, 'x', batch('2'));
  states.save(churn, 'b');
  states.save(churn, 'c', batch('3'));
  expect(states.read(churn)).toBe('c');
  expect(states.readAnswers(churn).map(textOf)).toEqual(['1', '3']);
  expect(states.readAnswers(other).map(textOf)).toEqual(['2']);
});

test('what a model had is removed, and nothing of another', () => {
  const { states } = openStates();
  states.save(churn, 'a', batch('1'));
  states.save(other, 'x', batch('2'));
  states.remove(churn);
  expect(states.read(churn)).toBeUndefined();
  expect(states.readAnswers(churn)).toEqual([]);
  expect(states.readAnswers(other).map(textOf)).toEqual(['2']);
});

test('batches that no remembered answer needs are gone, however many there were', () => {
  const { states } = openStates(100);
  for (let n = 0; n < 1_000; n += 1) states.save(churn, 'a', batch(`${n}`, 20));
  const kept = states.readAnswers(churn).map(textOf);
  // Three entries an answer: when it was given, when it was judged, and as many between them.
  expect(kept).toHaveLength(15);
  expect(kept.at(-1)).toBe('999');
});

test('a state is not saved without its answers', () => {
  const { database, states } = openStates();
  states.save(churn, 'a', batch('1'));
  database.exec('DROP TABLE answer_batches');
  expect(() => states.save(churn, 'b', batch('2'))).toThrow('answer_batches');
  expect(states.read(churn)).toBe('a');
});

test('saves that come together are all there, or none of them is', () => {
  const { database, states } = openStates();
  states.saveAll([
    { model: churn, state: 'a', batch: batch('1') },
    { model: other, state: 'x' },
  ]);
  expect([states.read(churn), states.read(other)]).toEqual(['a', 'x']);
  database.exec('DROP TABLE answer_batches');
  const saves = [
    { model: other, state: 'y' },
    { model: churn, state: 'b', batch: batch('2') },
  ];
  expect(() => states.saveAll(saves)).toThrow('answer_batches');
  expect([states.read(churn), states.read(other)]).toEqual(['a', 'x']);
});
