import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecorded } from './read-recorded.js';

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'serin-recorded-')), 'requests');
  writeFileSync(file, text);
  return file;
}

test('JSON lines and CSV of the same requests read alike', async () => {
  const json = fileOf(
    '{"time":"2026-01-01T00:00:00Z","arm":"stable","latency":12.5,"output":0.25,"weight":10}\n' +
      '\n{"time":1767225601,"arm":"canary","latency":30,"outcome":"error"}\n',
  );
  const csv = fileOf(
    'time,arm,latency,outcome,output,weight\r\n' +
      '2026-01-01T00:00:00Z,stable,12.5,,0.25,10\n1767225601,canary,30,500,,\n',
  );
  const [first, second] = await readRecorded(json);
  expect(await readRecorded(csv)).toEqual([first, second]);
  expect(first).toMatchObject({
    share: 0.1,
    observation: {
      startedAtMs: 1_767_225_600_000,
      arm: 'stable',
      latencyMs: 12.5,
      outcome: 'ok',
      prediction: { kind: 'score', value: 0.25 },
    },
  });
  expect(second).toMatchObject({
    share: undefined,
    observation: { startedAtMs: 1_767_225_601_000, arm: 'canary', outcome: 'error' },
  });
});

test('a class may hold commas and quotes', async () => {
  const [one] = await readRecorded(fileOf('time,arm,latency,output\n1,stable,2,"a, ""b"""\n'));
  expect(one?.observation.prediction).toEqual({ kind: 'class', label: 'a, "b"' });
});

const predictionIn = async (text: string, output?: 'class' | 'score') =>
  (await readRecorded(fileOf(text), output))[0]?.observation.prediction;
const json = (output: string) => `{"time":1,"arm":"stable","latency":1,"output":${output}}`;
const csv = (output: string) => `time,arm,latency,output\n1,stable,2,${output}\n`;

test.each([
  ['a number of JSON', json('3'), undefined, { kind: 'score', value: 3 }],
  ['a text of JSON, digits or not', json('"3"'), undefined, { kind: 'class', label: '3' }],
  ['a boolean of JSON', json('true'), undefined, { kind: 'class', label: 'true' }],
  ['a number of JSON that is a class', json('3'), 'class', { kind: 'class', label: '3' }],
  ['a text of JSON that is a score', json('"3"'), 'score', { kind: 'score', value: 3 }],
  ['a number of CSV', csv('3'), undefined, { kind: 'score', value: 3 }],
  ['a number of CSV that is a class', csv('3'), 'class', { kind: 'class', label: '3' }],
  ['a word of CSV', csv('0x10'), undefined, { kind: 'class', label: '0x10' }],
] as const)('%s is what it is said to be', async (_what, text, output, prediction) => {
  expect(await predictionIn(text, output)).toEqual(prediction);
});

test('a word is no score', async () => {
  await expect(predictionIn(csv('cat'), 'score')).rejects.toThrow(/scores.*"cat".*:2/);
});

describe('what cannot be read is refused with the line', () => {
  test.each([
    ['an arm that there is not', 'time,arm,latency\n1,stable,2\n1,cannary,2\n', /:3/],
    ['a negative latency', '{"time":1,"arm":"stable","latency":-1}', /0 or more.*:1/],
    ['a latency in another notation', 'time,arm,latency\n1,stable,0x10\n', /"latency".*:2/],
    ['a latency that is no number', '{"time":1,"arm":"stable","latency":true}', /"latency"/],
    ['a weight with a unit', 'time,arm,latency,weight\n1,stable,2,10%\n', /"weight" in percent/],
    ['no latency', '{"time":1,"arm":"stable"}', /"latency"/],
    ['a time in nanoseconds', '{"time":1767225600000000000,"arm":"stable","latency":1}', /"time"/],
    ['no time', '{"arm":"stable","latency":1}', /"time"/],
    ['an unknown field', '{"time":1,"arm":"stable","latency":1,"lat":2}', /"lat"/],
    ['an unknown outcome', '{"time":1,"arm":"stable","latency":1,"outcome":"odd"}', /odd/],
    ['a weight over 100', '{"time":1,"arm":"stable","latency":1,"weight":101}', /0 to 100/],
    ['broken JSON', '{"time":1,', /:1/],
    ['a missing cell', 'time,arm,latency\n1,stable\n', /3 cells/],
    ['nothing', '', /none/],
    ['a header alone', 'time,arm,latency\n', /none/],
  ])('%s', async (_what, text, words) => {
    await expect(readRecorded(fileOf(text))).rejects.toThrow(words);
  });

  test('a file that is not there', async () => {
    await expect(readRecorded('/nowhere/at/all')).rejects.toMatchObject({
      code: 'recording-invalid',
    });
  });
});
