import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { newFolder, sampleModels } from '../integration/running-server.js';
import {
  beginSerin,
  beginSerinOnTerminal,
  runSerin,
  ServingProcess,
  type Ended,
  type Running,
} from './serin-process.js';

let serving: ServingProcess | undefined;
let watching: Running | undefined;

// Every command is a process, and a machine that is busy starts them slowly.
vi.setConfig({ testTimeout: 180_000 });
const patience = { timeout: 60_000 };

afterEach(async () => {
  watching?.signal('SIGKILL');
  await serving?.end();
  serving = watching = undefined;
});

async function serve(...flags: string[]): Promise<ServingProcess> {
  const data = flags.includes('--data') ? [] : ['--data', newFolder()];
  serving = await ServingProcess.start(['--models', sampleModels, ...data, ...flags]);
  return serving;
}

const environment = () => ({ SERIN_URL: serving?.url ?? '' });

function ask(...args: string[]): Promise<Ended> {
  return runSerin(['rollout', ...args], environment());
}

/** A rollout that stays where it is: nobody sends requests, and nothing is decided without. */
function rolloutFile(steps = '[{ weight: 10 }, { weight: 50 }]'): string {
  const file = join(newFolder(), 'serin.yaml');
  const text = `model: churn\nstable: churn/1\ncanary: churn/2\nsteps: ${steps}\ncoolDown: 0s\n`;
  writeFileSync(file, text);
  return file;
}

async function started(file = rolloutFile()): Promise<string> {
  const { code, stdout, stderr } = await ask('start', file, '--why', 'better offline', '--json');
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { id: string }).id;
}

async function phaseBecomes(phase: string): Promise<void> {
  const of = async (): Promise<unknown> => {
    const answer = await fetch(`${serving?.url ?? ''}/api/v1/rollouts`);
    const { rollouts } = (await answer.json()) as { rollouts: { phase: string }[] };
    return rollouts[0]?.phase;
  };
  await expect.poll(of, patience).toBe(phase);
}

test('a rollout is started, shown, moved in every way, and its log tells who and why', async () => {
  await serve();
  const id = await started();
  await phaseBecomes('progressing');
  expect((await ask('list')).stdout).toMatch(new RegExp(`${id} +churn +2 +1 +progressing`));
  const shown = (await ask('show')).stdout;
  expect(shown).toContain('● 10% ─ ○ 50%');
  expect(shown).toMatch(/Can be done: serin rollout pause\|/);

  const paused = await ask('pause', '--why', 'lunch');
  expect(paused, paused.stderr).toMatchObject({ code: 0 });
  expect(paused.stdout).toMatch(/^churn: Paused at 10% by .*: lunch\.$/m);
  expect((await ask('weight', '35%', 'churn')).stdout).toContain('35%');
  const again = await ask('pause', id);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('The rollout cannot do this now');
  expect((await ask('resume', id)).code).toBe(0);
  expect((await ask('advance', 'churn')).stdout).toContain('Step 2 of 2');
  expect((await ask('promote', '--why', 'no time')).code).toBe(0);
  await phaseBecomes('promoted');
  expect((await ask('rollback', 'churn', '--why', 'support calls')).code).toBe(0);
  await phaseBecomes('rolled-back');

  const { stdout: events } = await ask('events');
  for (const why of ['better offline', 'lunch', 'no time', 'support calls']) {
    expect(events).toContain(why);
  }
  const retried = await ask('retry');
  expect(retried, retried.stderr).toMatchObject({ code: 0 });
  expect((await ask('abort', '--why', 'enough')).code).toBe(0);
  await phaseBecomes('aborted');
});

test('those who know models and no rollouts promote one, and go back after its promotion', async () => {
  const { url } = await serve();
  await fetch(`${url}/api/v1/rollouts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ yaml: readFileSync(rolloutFile(), 'utf8') }),
  });
  await phaseBecomes('progressing');
  const promoted = await runSerin(['promote', 'churn', '--why', 'by its model'], environment());
  expect(promoted.stdout, promoted.stderr).toBe('Version 2 of churn is stable now.\n');
  await phaseBecomes('promoted');
  const back = await runSerin(['rollback', 'churn', '--why', 'and back'], environment());
  expect(back.stdout, back.stderr).toBe('Version 2 of churn gets no traffic any more.\n');
  await phaseBecomes('rolled-back');
  expect((await ask('events')).stdout).toMatch(/by its model[^]*and back/);
});

test('a rollout that has ended is exported to a file, and read by another server', async () => {
  await serve();
  const id = await started();
  const early = await ask('export');
  expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('cannot do this now')]);
  await ask('abort');
  await phaseBecomes('aborted');
  const file = join(newFolder(), 'exported.json');
  expect((await ask('export', 'churn', '--out', file)).stdout).toContain(`Wrote ${file}`);
  await serving?.end();
  await serve();
  expect((await ask('import', file)).stdout).toContain(`Rollout ${id}: Aborted by`);
  expect((await ask('list', '--model', 'churn')).stdout).toContain(id);
  writeFileSync(file, 'no JSON');
  expect((await ask('import', file)).stderr).toContain('expected JSON of `serin rollout export`');
});

test('what is wrong in the file is said line by line, before anything is done', async () => {
  await serve();
  const file = rolloutFile('[{ weight: 10 }, { weigth: 50 }]');
  const { code, stdout, stderr } = await ask('start', file, '--wait');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`${file}:4:`);
  expect((await ask('list')).stdout).toContain('There is no rollout yet');
});

test('CI is told by the exit code that a person has to look', async () => {
  await serve();
  const waited = await ask(
    'start',
    rolloutFile('[{ pause: look at it }, { weight: 50 }]'),
    '--wait',
  );
  expect(waited, waited.stderr).toMatchObject({ code: 3, stderr: '' });
  expect(waited.stdout).toMatch(/^Go on: serin rollout resume /m);
  const late = await ask('watch', 'churn', '--timeout', '1s');
  expect(late.code).toBe(3);
  expect(late.stdout).toContain('It goes on by itself.');
});

test('watching goes on when the server is killed and started again, and ends with the rollout', async () => {
  const data = newFolder();
  const before = await serve('--data', data);
  const id = await started();
  await phaseBecomes('progressing');
  watching = beginSerin(['watch'], environment());
  await expect.poll(watching.printed, patience).toContain('The router has 10% in force.');
  await before.end('SIGKILL');
  await expect.poll(watching.printed, patience).toContain('The server is gone');
  await serve('--data', data, '--port', new URL(before.url).port);
  await expect.poll(watching.printed, patience).toContain('The server is back.');
  await ask('abort', id, '--why', 'enough');
  const { code, stdout } = await watching.ended;
  expect(code).toBe(5);
  expect(stdout.match(/The router has 10% in force/g)).toHaveLength(1);
  expect(stdout).toMatch(/^Aborted by .*: enough\.$/m);
});

test('on a terminal there is a live screen, and Ctrl-C gives the terminal back', async () => {
  await serve();
  const id = await started();
  await phaseBecomes('progressing');
  const live = (watching = beginSerinOnTerminal(['watch', id], environment(), [100, 30]));
  const shown = () => stripVTControlCharacters(live.printed());
  await expect.poll(shown, patience).toContain('● 10% ─ ○ 50%');
  live.type('\u0003');
  const { code, stdout } = await live.ended;
  expect(code).toBe(130);
  const [, frame = ''] = stdout.split('\u001b[?2026h');
  const lines = stripVTControlCharacters(frame.slice(0, frame.indexOf('\u001b[?2026l'))).split(
    '\n',
  );
  expect(lines.length).toBeLessThanOrEqual(30);
  for (const line of lines) expect(line.trimEnd().length).toBeLessThanOrEqual(100);
  const restored = stdout.indexOf('\u001b[?25h\u001b[?1049l');
  expect(restored).toBeGreaterThan(0);
  expect(stdout.slice(restored)).toContain('It goes on by itself.');
});
