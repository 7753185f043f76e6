import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  completionsAt,
  type Completion,
  type SchemaNode,
} from '../../ui/pages/start/completion.js';

const file = new URL('../../schemas/serin.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(file, 'utf8')) as SchemaNode;

/** What is offered where `|` stands. */
function offeredAt(marked: string): string[] {
  return completionAt(marked).choices.map(({ text }) => text);
}

function completionAt(marked: string): Completion {
  return completionsAt(marked.replace('|', ''), marked.indexOf('|'), schema);
}

test('at the top the keys that are not there yet are offered', () => {
  const offered = offeredAt('model: churn\nst|');
  expect(offered).toEqual(['stable: ', 'steps: ']);
  expect(offeredAt('model: churn\nsteps:\n  - weight: 10\n|')).not.toContain('steps: ');
});

test('on an empty line nothing is begun, so that Enter is a line break', () => {
  expect(completionAt('model: churn\n|')).toMatchObject({ isBegun: false });
  expect(completionAt('model: churn\nst|')).toMatchObject({ isBegun: true });
});

test('in a step its kinds are offered', () => {
  const offered = offeredAt('model: churn\nsteps:\n  - |');
  expect(offered).toEqual(expect.arrayContaining(['shadow: ', 'weight: ', 'pause: ', 'gate: ']));
  expect(offered).not.toContain('model: ');
});

test('in one line, what belongs between the braces is offered', () => {
  expect(offeredAt('hold: { min: 30s, |')).toEqual(['max: ', 'requests: ']);
});

test('under a key, what belongs under it is offered', () => {
  expect(offeredAt('checks:\n  la|')).toEqual(['latency: ']);
  expect(offeredAt('checks:\n  latency:\n    |')).toContain('p95: ');
});

test('where only some values are possible, they are offered', () => {
  expect(offeredAt('onUndecided: |')).toEqual(['pause', 'promote', 'rollback']);
  expect(offeredAt('onUndecided: pr|')).toEqual(['promote']);
  expect(offeredAt('gates:\n  - va|')).toEqual(['validate: ', 'validate']);
});

test('nothing is offered in comments, and in words that are finished', () => {
  expect(offeredAt('# st|')).toEqual([]);
  expect(offeredAt('onUndecided: pause|')).toEqual([]);
  expect(offeredAt('model: churn |')).toEqual([]);
});
