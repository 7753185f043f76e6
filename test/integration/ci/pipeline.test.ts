import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../../src/ci/free-port.js';
import type { CiPorts } from '../../../src/ci/ports.js';
import { readRolloutFile } from '../../../src/ci/rollout-file.js';
import { runStages, type StageReport } from '../../../src/ci/run-stages.js';
import type { CiSettings } from '../../../src/ci/settings.js';
import { stageNames, type StageName } from '../../../src/ci/state/state.js';
import { StateFile, stateFolder } from '../../../src/ci/state/state-file.js';
import { parseThreshold } from '../../../src/gates/loadtest/thresholds/parse-threshold.js';
import { openRepository, type Repository } from '../../../src/images/registry/registry.js';
import { readStableTags } from '../../../src/images/registry/stable-tags.js';
import { startModelProcess } from '../../../src/serving/start-model-process.js';
import { floats, onnxModel } from '../../onnx/build.js';
import { logisticModel } from '../../onnx/models.js';
import { newFolder } from '../running-server.js';
import { pushImage } from '../registry/push-image.js';
import { RegistryUnderTest } from '../registry/registry-under-test.js';
import { FakeEngine, type FakeApp } from './fake-engine.js';
import { FakeRollouts } from './fake-rollouts.js';

let registry: RegistryUnderTest;
/** Where a model was validated once, for all tests that are about what comes afterwards. */
const validated = newFolder();
const model = join(validated, 'model');
beforeAll(async () => {
  registry = await RegistryUnderTest.start();
  mkdirSync(model);
  writeFileSync(join(model, 'model.onnx'), logisticModel());
});
afterAll(() => registry.vanish());

let folder: string;
let engine: FakeEngine;
let rollouts: FakeRollouts;
let repository: Repository;
let settings: CiSettings;
let testsRun = 0;

beforeEach(async () => {
  folder = newFolder();
  engine = new FakeEngine();
  rollouts = new FakeRollouts();
  testsRun += 1;
  const image = { registry: registry.host, repository: `churn-${testsRun}`, tag: 'commit-1' };
  repository = await openRepository(image, {
    credentials: null,
    patience: { pause: () => Promise.resolve() },
  });
  const known = join(validated, stateFolder);
  if (existsSync(known)) cpSync(known, join(folder, stateFolder), { recursive: true });
  writeFileSync(
    join(folder, 'rows.jsonl'),
    '{"body": {"features": [1]}, "expect": {"status": 200, "answer": {"prediction": 0.5}}}\n',
  );
  writeApp({ version: 1, prediction: 0.5, healthy: true });
  const stable = `${registry.host}/${image.repository}:stable`;
  const yaml = `model: churn\n# kept\nstable: { image: "${stable}" }\ncanary: { image: nothing, port: 7012 }\n`;
  settings = {
    folder,
    dockerfile: 'Dockerfile',
    buildArgs: [],
    model,
    against: undefined,
    image,
    rolloutFile: readRolloutFile(yaml, 'serin.yaml'),
    port: 0,
    deadlineMs: 20_000,
    predictPath: '/predict',
    inputs: join(folder, 'rows.jsonl'),
    load: {
      load: { kind: 'closed', users: 1, spawnPerSecond: 1, thinkMs: { from: 1, to: 1 } },
      warmUpMs: 0,
      durationMs: 500,
      timeoutMs: 20_000,
      thresholds: [parseThreshold('errors<1%')],
      stopEarly: true,
      seed: 1,
    },
    first: true,
    keepCanaries: undefined,
    why: 'a test',
  };
});
afterEach(() => {
  expect(engine.isIdle).toBe(true);
});

function writeApp(app: FakeApp): void {
  writeFileSync(join(folder, 'app.json'), JSON.stringify(app));
}

/** Another process each time: only the state file is left of the last one. */
async function run(
  names: readonly StageName[] = stageNames,
  changes: Partial<CiSettings> = {},
  signal = new AbortController().signal,
): Promise<readonly StageReport[]> {
  const ports: CiPorts = {
    engine: () => Promise.resolve(engine),
    repository: () => Promise.resolve(repository),
    rollouts,
    startModelProcess,
    freePort,
    wallMs: Date.now,
  };
  return runStages(names, {
    settings: { ...settings, ...changes },
    ports,
    state: new StateFile(folder),
    progress: { say: () => undefined, load: () => undefined },
    signal,
    onBegin: () => undefined,
    onEnd: () => undefined,
  });
}

async function interruptedRun(): Promise<void> {
  const interrupt = new AbortController();
  rollouts.onFollow = () => interrupt.abort();
  await expect(run(stageNames, {}, interrupt.signal)).rejects.toThrow();
  rollouts.onFollow = () => undefined;
}

/** As `logisticModel` has it, but for the name of its input. */
function modelOfInput(name: string): Uint8Array {
  return onnxModel({
    inputs: [{ name, datatype: 'FP32', shape: ['N', 5] }],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      { op: 'MatMul', inputs: [name, 'w'], outputs: ['logit'] },
      { op: 'Sigmoid', inputs: ['logit'], outputs: ['probability'] },
    ],
    constants: [floats('w', [5, 1], [0.5, -0.25, 1, 2, -1])],
  });
}

function statuses(reports: readonly StageReport[]): string {
  return reports.map(({ name, status }) => `${name} ${status}`).join(', ');
}

/** What is stable already, and another one in the folder. */
async function firstThenSecond(): Promise<{ first: string | undefined }> {
  await run();
  const { stable: first } = await readStableTags(repository);
  writeApp({ version: 2, prediction: 0.5, healthy: true });
  return { first };
}

/** Of a model that was validated before. */
const allPassed = stageNames
  .map((name) => `${name} ${name === 'validate' ? 'done' : 'passed'}`)
  .join(', ');

describe('a pipeline', () => {
  test('takes a model from its file to the stable tag, once', async () => {
    expect(statuses(await run(['validate']))).toBe('validate passed');
    cpSync(join(folder, stateFolder), join(validated, stateFolder), { recursive: true });
    expect(statuses(await run())).toBe(allPassed);
    const { stable: first } = await readStableTags(repository);
    writeApp({ version: 2, prediction: 0.5, healthy: true });
    expect(statuses(await run())).toBe(allPassed);
    const { stable, previous } = await readStableTags(repository);
    expect(previous).toBe(first);
    expect(stable).toBe(await repository.digestOf('commit-1'));
    expect(stable).not.toBe(first);
    // The rollout file is the person's own, but for the digest of what was pushed.
    expect(rollouts.started).toHaveLength(1);
    expect(rollouts.started[0]?.yaml).toContain('# kept');
    expect(rollouts.started[0]?.yaml).toContain(`image: ${repository.name}@${stable ?? ''}`);

    engine.done.length = 0;
    const again = await run();
    expect(statuses(again)).toBe(
      stageNames.map((name) => `${name} ${name === 'tag' ? 'passed' : 'done'}`).join(', '),
    );
    expect(engine.done).toEqual([]);
    expect(rollouts.started).toHaveLength(1);
  });

  test('does nothing to the same image under the tag of another commit but push it', async () => {
    await run();
    engine.done.length = 0;
    const image = { ...settings.image, tag: 'commit-2' };
    expect(statuses(await run(stageNames, { image }))).toBe(
      'validate done, build passed, push passed, launch done, health done, loadtest done, canary done, tag passed',
    );
    expect(engine.done).toEqual(['build', 'push']);
    expect(await repository.digestOf('commit-2')).toBe(await repository.digestOf('commit-1'));
  });

  test('leaves the stable tag where it is when the canary is rolled back', async () => {
    const { first } = await firstThenSecond();
    rollouts.ending = 'rolled-back';
    const reports = await run();
    expect(statuses(reports)).toMatch(/canary failed, tag not-run$/);
    expect(reports[6]?.findings[0]).toMatchObject({ code: 'canary-rolled-back' });
    expect(await readStableTags(repository)).toEqual({ stable: first, previous: undefined });
  });

  test('moves the tag back when what it promoted is rolled back later', async () => {
    const { first } = await firstThenSecond();
    await run();
    const [rollout] = rollouts.started;
    if (rollout !== undefined) rollout.outcome = 'rolled-back';
    expect(statuses(await run(['tag']))).toBe('tag passed');
    expect(await readStableTags(repository)).toEqual({ stable: first, previous: first });
  });

  test('does not tag what was overtaken by a newer promotion', async () => {
    await firstThenSecond();
    await run();
    rollouts.started.unshift({ id: 'newer', yaml: '', why: '', outcome: 'promoted' });
    const [report] = await run(['tag']);
    expect(report?.error).toMatchObject({ code: 'ci-overtaken' });
  });

  test('gives way to a canary that another pipeline promoted while this one moved the tag', async () => {
    await firstThenSecond();
    const place = { host: registry.host, path: settings.image.repository };
    const other = await pushImage(place, 'other', { content: 'of another pipeline' });
    let asked = 0;
    rollouts.onNewest = () => {
      asked += 1;
      if (asked !== 2) return;
      const yaml = `image: ${repository.name}@${other}`;
      rollouts.started.unshift({ id: 'newer', yaml, why: '', outcome: 'promoted' });
    };
    const reports = await run();
    expect(reports.at(-1)?.error).toMatchObject({ code: 'ci-overtaken' });
    const { stable, previous } = await readStableTags(repository);
    expect(stable).toBe(other);
    expect(previous).toBe(await repository.digestOf('commit-1'));
  });

  test('without a stable image to compare with says how to begin', async () => {
    const reports = await run(stageNames, { first: false });
    expect(reports[6]?.error).toMatchObject({ code: 'no-stable-image' });
    expect(rollouts.started).toEqual([]);
    expect(statuses(await run())).toMatch(/loadtest done, canary passed, tag passed$/);
  });

  test('stops at a model whose input has another name than that of stable', async () => {
    const against = join(folder, 'stable.onnx');
    writeFileSync(against, modelOfInput('features'));
    // It passed by itself: that counts for nothing once there is something to compare it with.
    const [report] = await run(['validate'], { against });
    expect(report?.status).toBe('failed');
    expect(report?.findings.map(({ code, title }) => `${code}: ${title}`)).toContain(
      'signature-breaking: the input features is gone',
    );
    writeFileSync(against, modelOfInput('x'));
    const [alike] = await run(['validate'], { against });
    expect(alike?.status, JSON.stringify(alike?.findings)).toBe('passed');
    expect(statuses(await run(['validate'], { against }))).toBe('validate done');
  });

  test('shows the log of a container that does not become healthy, and removes it', async () => {
    writeApp({ version: 1, prediction: 0.5, healthy: false });
    const reports = await run(stageNames, { deadlineMs: 300 });
    expect(statuses(reports)).toMatch(/launch passed, health failed, loadtest not-run/);
    expect(reports[4]?.log).toEqual(['the last words of the fake']);
    expect(reports[4]?.findings[0]).toMatchObject({
      code: 'smoke-not-ready',
      found: 'status 503 at /health',
    });
  });

  test('stops at a container that fails under load, shows its log, and removes it', async () => {
    writeApp({ version: 1, prediction: 0.5, healthy: true, failsAfter: 5 });
    const reports = await run();
    expect(statuses(reports)).toMatch(
      /health passed, loadtest failed, canary not-run, tag not-run$/,
    );
    expect(reports[5]?.findings.map(({ code }) => code)).toContain('loadtest-status');
    expect(reports[5]?.log).toEqual(['the last words of the fake']);
  });

  test('stops at a container that predicts wrongly', async () => {
    writeApp({ version: 1, prediction: 0.9, healthy: true });
    const reports = await run();
    expect(statuses(reports)).toMatch(/health failed, loadtest not-run/);
    expect(reports[4]?.findings[0]).toMatchObject({ code: 'smoke-bad-answer' });
  });

  test('goes on from where it was when the registry comes back', async () => {
    await registry.vanish();
    try {
      const reports = await run();
      expect(statuses(reports)).toMatch(/^validate (passed|done), build passed, push failed/);
      expect(reports[2]?.error).toMatchObject({ code: 'registry-unreachable' });
    } finally {
      await registry.listen();
    }
    engine.done.length = 0;
    expect(statuses(await run())).toMatch(/^validate done, build done, push passed/);
    expect(engine.done).toEqual(['push', 'run', 'remove']);
  });

  test('stops where somebody else moved its tag, and tests and tags nothing of theirs', async () => {
    await run(['validate', 'build', 'push']);
    const place = { host: registry.host, path: settings.image.repository };
    await pushImage(place, settings.image.tag, { content: 'of somebody else' });
    const reports = await run();
    expect(statuses(reports)).toMatch(/push failed, launch not-run/);
    expect(reports[2]?.error).toMatchObject({ code: 'tag-moved' });
    expect(await readStableTags(repository)).toEqual({ stable: undefined, previous: undefined });
    // Put back by hand, it goes on behind the push.
    const ours = new StateFile(folder).state.push?.result.digest ?? '';
    await repository.put(settings.image.tag, await repository.manifest(ours));
    expect(statuses(await run())).toMatch(/push (passed|done), launch passed, .*tag passed$/);
  });

  test('deletes all canaries but the newest ones where it is told to', async () => {
    const tags = ['canary-deployment-1', 'canary-deployment-2', 'canary-deployment-3'];
    for (const [index, tag] of tags.entries()) {
      writeApp({ version: index, prediction: 0.5, healthy: true });
      const image = { ...settings.image, tag };
      expect(statuses(await run(stageNames, { image, keepCanaries: 1 }))).toMatch(/tag passed$/);
    }
    const kept = await Promise.all(tags.map((tag) => repository.digestOf(tag)));
    // The one before is stable-previous.
    expect(kept.map((digest) => digest !== undefined)).toEqual([false, true, true]);
  });

  test('takes up the rollout of a run that was interrupted', async () => {
    await firstThenSecond();
    await interruptedRun();
    expect(rollouts.started).toHaveLength(1);
    expect(statuses(await run())).toMatch(/loadtest done, canary passed, tag passed$/);
    expect(rollouts.started).toHaveLength(1);
  });

  test('takes up the rollout of a run that was killed before it could note it', async () => {
    await firstThenSecond();
    await interruptedRun();
    const file = new StateFile(folder);
    const { canary } = file.state;
    if (canary !== undefined) file.record('canary', { ...canary, inputs: 'of the run before' });
    expect(statuses(await run())).toMatch(/loadtest done, canary passed, tag passed$/);
    expect(rollouts.started).toHaveLength(1);
  });

  test.each([
    ['does not become healthy', { version: 1, prediction: 0.5, healthy: false }],
    ['does not answer', { version: 1, prediction: 0.5, healthy: true, hangs: true }],
  ])('interrupted while a container %s leaves none behind, and goes on', async (_, app) => {
    writeApp(app);
    const interrupt = new AbortController();
    const interrupted = run(stageNames, { deadlineMs: 600_000 }, interrupt.signal);
    // The first that it is asked is whether it is healthy.
    const asked = app.healthy ? 2 : 1;
    await expect.poll(() => engine.asked, { timeout: 20_000 }).toBeGreaterThanOrEqual(asked);
    interrupt.abort(new Error('Ctrl-C'));
    await expect(interrupted).rejects.toThrow('Ctrl-C');
    expect(engine.isIdle).toBe(true);
    writeApp({ version: 1, prediction: 0.5, healthy: true });
    expect(statuses(await run())).toMatch(/^validate done, build passed, push passed, launch/);
  });

  test('starts again what an interruption cut off, and leaves no container behind', async () => {
    await run(['validate', 'build', 'push', 'launch']);
    expect(engine.isIdle).toBe(false);
    expect(statuses(await run(['health', 'loadtest']))).toBe('health passed, loadtest passed');
  });
});

describe('a stage alone', () => {
  test('says which one is missing before it', async () => {
    const [report] = await run(['push']);
    expect(report?.error).toMatchObject({ code: 'ci-stage-missing' });
    expect(report?.error?.advice).toContain('serin ci build');
  });

  test('does not go on with what was built of other files', async () => {
    await run(['validate', 'build']);
    writeApp({ version: 2, prediction: 0.5, healthy: true });
    const [report] = await run(['push']);
    expect(report?.error).toMatchObject({ code: 'ci-stage-missing' });
  });
});
