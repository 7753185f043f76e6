import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { runApart, type ApartOutcome } from './run-apart.js';

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(path.join(tmpdir(), 'serin-apart-'));
const script = path.join(folder, 'child.mjs');
afterAll(() => rmSync(folder, { recursive: true }));

// What it is asked decides what becomes of it.
writeFileSync(
  script,
  `process.once('message', ({ does }) => {
  if (does === 'answer') process.send({ seen: new Map([['a', 1n]]) });
  if (does === 'throw') throw new TypeError('no such thing');
  if (does === 'end') process.exit(3);
  if (does === 'die') process.kill(process.pid, 'SIGSEGV');
  if (does === 'grow') for (const all = []; ; ) all.push({ one: { more: Math.random() } });
  if (does === 'take') setInterval(() => taken.push(Buffer.alloc(2 ** 26, 1)), 20);
  if (does === 'wait') setInterval(() => undefined, 1000);
});
const taken = [];
`,
);

const generous = { memoryBytes: 2 ** 30, timeMs: 50_000 };

function run(does: string, limits = generous, signal?: AbortSignal): Promise<ApartOutcome> {
  return runApart(pathToFileURL(script), { does }, limits, signal);
}

test('an answer comes as it was sent', async () => {
  expect(await run('answer')).toEqual({ answer: { seen: new Map([['a', 1n]]) } });
});

test.each([
  ['throw', 'it ended with code 1: TypeError: no such thing'],
  ['end', 'it ended with code 3'],
  ['die', 'it was ended by SIGSEGV'],
])('a process that ends otherwise says how: %s', async (does, failure) => {
  expect(await run(does)).toEqual({ failure });
});

test('a process that takes more than it may is ended, of whichever kind of memory', async () => {
  const little = { ...generous, memoryBytes: 300 * 2 ** 20 };
  expect(await run('grow', little)).toMatchObject({
    failure: expect.stringMatching(/memory/) as string,
  });
  expect(await run('take', little)).toMatchObject({
    failure: expect.stringMatching(/of memory, its limit is 300 MiB$/) as string,
  });
});

test('a process that is not done in time is ended', async () => {
  const failure = 'it was not done after 500 ms';
  expect(await run('wait', { ...generous, timeMs: 500 })).toEqual({ failure });
});

test('whoever gives up waits no longer', async () => {
  const giving = new AbortController();
  const running = run('wait', generous, giving.signal);
  giving.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  await expect(run('answer', generous, giving.signal)).rejects.toThrow('enough');
});
