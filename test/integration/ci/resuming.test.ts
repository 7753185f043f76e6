import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { stageNames, type StageName } from '../../../src/ci/state/state.js';
import { StateFile } from '../../../src/ci/state/state-file.js';
import { githubWorkflow } from '../../../src/ci/workflows/github.js';
import { parseThreshold } from '../../../src/gates/loadtest/thresholds/parse-threshold.js';
import { readStableTags } from '../../../src/images/registry/stable-tags.js';
import { pushImage } from '../registry/push-image.js';
import { PipelineUnderTest, statuses } from './pipeline-under-test.js';

const pipeline = new PipelineUnderTest();

test('does nothing to the same image under the tag of another commit but push it', async () => {
  await pipeline.run();
  pipeline.engine.done.length = 0;
  const image = { ...pipeline.settings.image, tag: 'commit-2' };
  expect(statuses(await pipeline.run(stageNames, { image }))).toBe(
    'validate done, build passed, push passed, launch done, health done, loadtest done, canary done, tag passed',
  );
  expect(pipeline.engine.done).toEqual(['build', 'push']);
  expect(await pipeline.repository.digestOf('commit-2')).toBe(
    await pipeline.repository.digestOf('commit-1'),
  );
});

test('goes on from where it was when the registry comes back', async () => {
  await pipeline.registry.vanish();
  try {
    const reports = await pipeline.run();
    expect(statuses(reports)).toMatch(/^validate (passed|done), build passed, push failed/);
    expect(reports[2]?.error).toMatchObject({ code: 'registry-unreachable' });
  } finally {
    await pipeline.registry.listen();
  }
  pipeline.engine.done.length = 0;
  expect(statuses(await pipeline.run())).toMatch(/^validate done, build done, push passed/);
  expect(pipeline.engine.done).toEqual(['push', 'run', 'remove']);
});

test('stops where somebody else moved its tag, and tests and tags nothing of theirs', async () => {
  await pipeline.run(['validate', 'build', 'push']);
  const place = { host: pipeline.registry.host, path: pipeline.settings.image.repository };
  await pushImage(place, pipeline.settings.image.tag, { content: 'of somebody else' });
  const reports = await pipeline.run();
  expect(statuses(reports)).toMatch(/push failed, launch not-run/);
  expect(reports[2]?.error).toMatchObject({ code: 'tag-moved' });
  expect(await readStableTags(pipeline.repository)).toEqual({
    stable: undefined,
    previous: undefined,
  });
  // Put back by hand, it goes on behind the push.
  const ours = new StateFile(pipeline.folder).state.push?.result.digest ?? '';
  await pipeline.repository.put(
    pipeline.settings.image.tag,
    await pipeline.repository.manifest(ours),
  );
  expect(statuses(await pipeline.run())).toMatch(
    /push (passed|done), launch passed, .*tag passed$/,
  );
});

test('pushes again where somebody deleted its tag', async () => {
  const { repository, engine } = pipeline;
  await pipeline.run(['build', 'push']);
  engine.done.length = 0;
  const digestOf = repository.digestOf.bind(repository);
  vi.spyOn(repository, 'digestOf').mockImplementation((name) => {
    const isDeleted = name === pipeline.settings.image.tag && !engine.done.includes('push');
    return isDeleted ? Promise.resolve(undefined) : digestOf(name);
  });
  expect(statuses(await pipeline.run(['build', 'push']))).toBe('build done, push passed');
});

test('takes up the rollout of a run that was interrupted', async () => {
  await pipeline.firstThenSecond();
  await pipeline.runInterruptedInCanary();
  expect(pipeline.rollouts.started).toHaveLength(1);
  expect(statuses(await pipeline.run())).toMatch(/loadtest done, canary passed, tag passed$/);
  expect(pipeline.rollouts.started).toHaveLength(1);
});

test('takes up the rollout of a run that was killed before it could note it', async () => {
  await pipeline.firstThenSecond();
  await pipeline.runInterruptedInCanary();
  const file = new StateFile(pipeline.folder);
  const { canary } = file.state;
  if (canary !== undefined) file.record('canary', { ...canary, inputs: 'of the run before' });
  expect(statuses(await pipeline.run())).toMatch(/loadtest done, canary passed, tag passed$/);
  expect(pipeline.rollouts.started).toHaveLength(1);
});

// The first that a container is asked is whether it is healthy; fifty times it is asked under load.
test.each([
  ['does not become healthy', { version: 1, prediction: 0.5, healthy: false }, 1],
  ['does not answer', { version: 1, prediction: 0.5, healthy: true, hangs: true }, 2],
  ['is under load', { version: 1, prediction: 0.5, healthy: true }, 50],
])('interrupted while a container %s leaves none behind, and goes on', async (_, app, asked) => {
  pipeline.writeApp(app);
  const interrupt = new AbortController();
  const load = { ...pipeline.settings.load, durationMs: 600_000 };
  const changes = { deadlineMs: 600_000, load };
  const interrupted = pipeline.run(stageNames, changes, interrupt.signal);
  await expect.poll(() => pipeline.engine.asked, { timeout: 20_000 }).toBeGreaterThanOrEqual(asked);
  interrupt.abort(new Error('Ctrl-C'));
  await expect(interrupted).rejects.toThrow('Ctrl-C');
  expect(pipeline.engine.isIdle).toBe(true);
  expect(new StateFile(pipeline.folder).state.loadtest?.passed).not.toBe(true);
  pipeline.writeApp({ version: 2, prediction: 0.5, healthy: true });
  expect(statuses(await pipeline.run())).toMatch(
    /^validate done, build passed, push passed, launch/,
  );
});

test('starts again what an interruption cut off, and leaves no container behind', async () => {
  await pipeline.run(['validate', 'build', 'push', 'launch']);
  expect(pipeline.engine.isIdle).toBe(false);
  expect(statuses(await pipeline.run(['health', 'loadtest']))).toBe(
    'health passed, loadtest passed',
  );
});

test('goes on with a container of its own after one that failed under load', async () => {
  pipeline.writeApp({ version: 1, prediction: 0.5, healthy: true, failsAfter: 10 });
  // As containers do: they listen only once somebody waits for them.
  pipeline.engine.listensLate = true;
  expect(statuses(await pipeline.run())).toMatch(/health passed, loadtest failed, canary not-run/);
  const thresholds = [parseThreshold('errors<100%')];
  const load = { ...pipeline.settings.load, thresholds, stopEarly: false };
  expect(statuses(await pipeline.run(stageNames, { load }))).toMatch(
    /push done, launch passed, health passed, loadtest passed, canary passed, tag passed$/,
  );
});

test('tests a container anew by rows that changed', async () => {
  await pipeline.run();
  const { inputs } = pipeline.settings;
  writeFileSync(inputs, readFileSync(inputs, 'utf8').replace('0.5', '0.7'));
  expect(statuses(await pipeline.run())).toMatch(/push done, launch passed, health failed, /);
});

describe('a stage alone', () => {
  test('of a container that is gone says that it has to be launched', async () => {
    await pipeline.run();
    const { load } = pipeline.settings;
    const [report] = await pipeline.run(['loadtest'], { load: { ...load, seed: 2 } });
    expect(report?.error).toMatchObject({ code: 'ci-stage-missing' });
    expect(report?.error?.advice).toContain('serin ci launch');
  });

  test('counts for the next one as the written workflow runs them, reports and all', async () => {
    const model = modelInItsFolder();
    const workflow = githubWorkflow({
      ...{ model: 'churn', rolloutFile: 'serin.yaml', registry: 'x', imageName: 'y' },
      ...{ folder: '.', modelFile: relative(pipeline.folder, model) },
    });
    const orders = [...workflow.matchAll(/serin ci (\w+) --junit (\S+)/g)];
    const ran: string[] = [];
    for (const [, name, junit = ''] of orders) {
      const report = join(pipeline.folder, junit);
      const changes = { model, reports: [report] };
      ran.push(statuses(await pipeline.run([name as StageName], changes)));
      writeReport(report);
    }
    expect(ran).toEqual(stageNames.map((name) => `${name} passed`));
  });

  test('counts for the next one wherever each writes its report', async () => {
    for (const name of ['validate', 'build', 'push'] as const) {
      const report = join(pipeline.folder, `${name}.xml`);
      const [done] = await pipeline.run([name], { reports: [report] });
      expect(done?.error).toBeUndefined();
      writeReport(report);
    }
    // Of a whole run, too, which says nothing of a report.
    expect(statuses(await pipeline.run(['validate', 'build', 'push']))).toBe(
      'validate done, build done, push done',
    );
  });

  test('says which one is missing before it', async () => {
    const [report] = await pipeline.run(['push']);
    expect(report?.error).toMatchObject({ code: 'ci-stage-missing' });
    expect(report?.error?.advice).toContain('serin ci build');
  });

  test('does not go on with what was built of other files', async () => {
    await pipeline.run(['validate', 'build']);
    pipeline.writeApp({ version: 2, prediction: 0.5, healthy: true });
    const [report] = await pipeline.run(['push']);
    expect(report?.error).toMatchObject({ code: 'ci-stage-missing' });
  });
});

/** A model in the folder that is built, as it lies by default. */
function modelInItsFolder(): string {
  const model = join(pipeline.folder, 'model.onnx');
  cpSync(join(pipeline.settings.model, 'model.onnx'), model);
  return model;
}

function writeReport(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '<testsuites/>');
}
