import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { parseDocument } from 'yaml';
import type { ModelStatus } from '../../src/api/contract/models.js';
import { newFolder, sampleModels } from '../integration/running-server.js';
import { beginSerin, runSerin, ServingProcess, type Ended, type Running } from './serin-process.js';
import { Traffic } from './traffic.js';

const example = new URL('../../examples/churn/serin.yaml', import.meta.url);

let serving: ServingProcess | undefined;
let traffic: Traffic | undefined;
let watching: Running | undefined;

// A rollout goes at the pace of its traffic, and the last step wants 2,000 requests.
vi.setConfig({ testTimeout: 600_000 });

afterEach(async () => {
  watching?.signal('SIGKILL');
  await traffic?.end();
  await serving?.end();
  serving = traffic = watching = undefined;
});

async function serveWithTraffic(): Promise<string> {
  const flags = ['--models', sampleModels, '--data', newFolder(), '--enable-faults'];
  serving = await ServingProcess.start(flags);
  traffic = new Traffic(serving.url);
  return serving.url;
}

/** The example with holds of a second, and whatever else a test changes. */
function shortened(changes: Readonly<Record<string, unknown>> = {}): string {
  const document = parseDocument(readFileSync(example, 'utf8'));
  document.setIn(['hold', 'min'], '1s');
  for (const [key, value] of Object.entries(changes)) document.set(key, value);
  const file = join(newFolder(), 'serin.yaml');
  writeFileSync(file, String(document));
  return file;
}

function ask(...args: string[]): Promise<Ended> {
  return runSerin(args, { SERIN_URL: serving?.url ?? '' });
}

async function churnOf(url: string): Promise<ModelStatus> {
  return (await (await fetch(`${url}/api/v1/models/churn`)).json()) as ModelStatus;
}

async function stableOf(url: string): Promise<string | undefined> {
  const { stable, canary } = await churnOf(url);
  expect(canary).toBeNull();
  return stable?.version;
}

async function injectFault(url: string, fault: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(fault);
  const answer = await fetch(`${url}/admin/faults`, { method: 'PUT', headers, body });
  expect(answer.status, await answer.text()).toBe(200);
}

test('the example takes a good canary to 100% by itself, and one command goes back', async () => {
  const url = await serveWithTraffic();
  const ended = await ask('rollout', 'start', shortened(), '--wait', '--why', 'retrained');
  expect(ended, ended.stdout + ended.stderr).toMatchObject({ code: 0, stderr: '' });
  for (const gate of ['validate', 'smoke', 'loadtest']) {
    expect(ended.stdout).toContain(`${gate} passed`);
  }
  for (const weight of [10, 25, 50, 75, 100]) {
    expect(ended.stdout).toContain(`The router has ${weight}% in force.`);
  }
  expect(ended.stdout).toMatch(/^Promoted by /m);
  expect(await stableOf(url)).toBe('2');

  const back = await ask('rollout', 'rollback', 'churn', '--why', 'support calls');
  expect(back, back.stderr).toMatchObject({ code: 0 });
  await expect.poll(() => stableOf(url), { timeout: 30_000 }).toBe('1');
  expect([...traffic!.statuses]).toEqual([200]);
});

test('a canary that predicts otherwise is found in the shadow, and no user meets it', async () => {
  const url = await serveWithTraffic();
  // Its gates find it before (test/integration/failing-gates.test.ts): here the judge has to.
  const file = shortened({ canary: 'churn/3', gates: [] });
  const ended = await ask('rollout', 'start', file, '--wait');
  expect(ended, ended.stdout + ended.stderr).toMatchObject({ code: 2, stderr: '' });
  expect(ended.stdout).toMatch(/^Rolled back by the judge: .*(disagree|predictions)/m);
  expect(ended.stdout).not.toContain('has 10% in force');
  expect(await stableOf(url)).toBe('1');
});

test('a canary that fails requests is rolled back, and users get their answers', async () => {
  const url = await serveWithTraffic();
  const steps = [{ weight: 25 }, { weight: 50 }];
  const args = ['rollout', 'start', shortened({ steps, gates: [] }), '--wait', '--json'];
  watching = beginSerin(args, { SERIN_URL: url });
  await expect.poll(async () => (await churnOf(url)).weight, { timeout: 60_000 }).toBe(25);
  await injectFault(url, { arm: 'canary', error_share: 0.2 });
  const ended = await watching.ended;
  expect(ended.code, ended.stdout.slice(-2_000)).toBe(2);
  const messages = ended.stdout.trimEnd().split('\n');
  const last = JSON.parse(messages.at(-1)!) as { event: string; data: { sentence: string } };
  expect(last).toMatchObject({ event: 'end', data: { outcome: 'rolled-back', weight: 0 } });
  expect(last.data.sentence).toMatch(/error|fail/);
  expect([...traffic!.statuses]).toEqual([200]);
});

test('a canary that takes twice as long is rolled back by the judge', async () => {
  const url = await serveWithTraffic();
  // Beside these an answer's own milliseconds hardly count, so that it is twice as long anywhere.
  await injectFault(url, { arm: 'stable', latency_ms: 40 });
  const file = shortened({ gates: [] });
  watching = beginSerin(['rollout', 'start', file, '--wait'], { SERIN_URL: url });
  await expect.poll(async () => (await churnOf(url)).canary, { timeout: 60_000 }).not.toBeNull();
  await injectFault(url, { arm: 'canary', latency_ms: 80 });
  const ended = await watching.ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(2);
  expect(ended.stdout).toMatch(/^Rolled back by the judge: .*(% slower|stable's p9[59])/m);
  expect(await stableOf(url)).toBe('1');
  expect([...traffic!.statuses]).toEqual([200]);
});
