import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageNames } from '../../../src/ci/state/state.js';
import { readStableTags } from '../../../src/images/registry/stable-tags.js';
import { floats, onnxModel } from '../../onnx/build.js';
import { pushImage } from '../registry/push-image.js';
import { PipelineUnderTest, statuses } from './pipeline-under-test.js';

const pipeline = new PipelineUnderTest();

/** Of a model that was validated before. */
const allPassed = stageNames
  .map((name) => `${name} ${name === 'validate' ? 'done' : 'passed'}`)
  .join(', ');

test('takes a model from its file to the stable tag, once', async () => {
  expect(statuses(await pipeline.run())).toBe(allPassed);
  const { stable: first } = await readStableTags(pipeline.repository);
  pipeline.writeApp({ version: 2, prediction: 0.5, healthy: true });
  expect(statuses(await pipeline.run())).toBe(allPassed);
  const { stable, previous } = await readStableTags(pipeline.repository);
  expect(previous).toBe(first);
  expect(stable).toBe(await pipeline.repository.digestOf('commit-1'));
  expect(stable).not.toBe(first);
  // The rollout file is the person's own, but for the digest of what was pushed.
  expect(pipeline.rollouts.started).toHaveLength(1);
  expect(pipeline.rollouts.started[0]?.yaml).toContain('# kept');
  expect(pipeline.rollouts.started[0]?.yaml).toContain(
    `image: ${pipeline.repository.name}@${stable ?? ''}`,
  );

  pipeline.engine.done.length = 0;
  const again = await pipeline.run();
  expect(statuses(again)).toBe(
    stageNames.map((name) => `${name} ${name === 'tag' ? 'passed' : 'done'}`).join(', '),
  );
  expect(pipeline.engine.done).toEqual([]);
  expect(pipeline.rollouts.started).toHaveLength(1);
});

test('leaves the stable tag where it is when the canary is rolled back', async () => {
  const { first } = await pipeline.firstThenSecond();
  pipeline.rollouts.ending = 'rolled-back';
  const reports = await pipeline.run();
  expect(statuses(reports)).toMatch(/canary failed, tag not-run$/);
  expect(reports[6]?.findings[0]).toMatchObject({ code: 'canary-rolled-back' });
  expect(await readStableTags(pipeline.repository)).toEqual({ stable: first, previous: undefined });
});

test('moves the tag back when what it promoted is rolled back later', async () => {
  const { first } = await pipeline.firstThenSecond();
  await pipeline.run();
  const [rollout] = pipeline.rollouts.started;
  if (rollout !== undefined) rollout.outcome = 'rolled-back';
  expect(statuses(await pipeline.run(['tag']))).toBe('tag passed');
  expect(await readStableTags(pipeline.repository)).toEqual({ stable: first, previous: first });
});

test('does not tag what was overtaken by a newer promotion', async () => {
  await pipeline.firstThenSecond();
  await pipeline.run();
  pipeline.rollouts.started.unshift({ id: 'newer', yaml: '', why: '', outcome: 'promoted' });
  const [report] = await pipeline.run(['tag']);
  expect(report?.error).toMatchObject({ code: 'ci-overtaken' });
});

test('gives way to a canary that another pipeline promoted while this one moved the tag', async () => {
  await pipeline.firstThenSecond();
  const place = { host: pipeline.registry.host, path: pipeline.settings.image.repository };
  const other = await pushImage(place, 'other', { content: 'of another pipeline' });
  let asked = 0;
  pipeline.rollouts.onNewest = () => {
    asked += 1;
    if (asked !== 2) return;
    const yaml = `image: ${pipeline.repository.name}@${other}`;
    pipeline.rollouts.started.unshift({ id: 'newer', yaml, why: '', outcome: 'promoted' });
  };
  const reports = await pipeline.run();
  expect(reports.at(-1)?.error).toMatchObject({ code: 'ci-overtaken' });
  const { stable, previous } = await readStableTags(pipeline.repository);
  expect(stable).toBe(other);
  expect(previous).toBe(await pipeline.repository.digestOf('commit-1'));
});

test('without a stable image to compare with says how to begin', async () => {
  const reports = await pipeline.run(stageNames, { first: false });
  expect(reports[6]?.error).toMatchObject({ code: 'no-stable-image' });
  expect(pipeline.rollouts.started).toEqual([]);
  expect(statuses(await pipeline.run())).toMatch(/loadtest done, canary passed, tag passed$/);
});

test('stops at a model whose input has another name than that of stable', async () => {
  const against = join(pipeline.folder, 'stable.onnx');
  writeFileSync(against, modelOfInput('features'));
  // It passed by itself: that counts for nothing once there is something to compare it with.
  const [report] = await pipeline.run(['validate'], { against });
  expect(report?.status).toBe('failed');
  expect(report?.findings.map(({ code, title }) => `${code}: ${title}`)).toContain(
    'signature-breaking: the input features is gone',
  );
  writeFileSync(against, modelOfInput('x'));
  const [alike] = await pipeline.run(['validate'], { against });
  expect(alike?.status, JSON.stringify(alike?.findings)).toBe('passed');
  expect(statuses(await pipeline.run(['validate'], { against }))).toBe('validate done');
});

test('examines a model again whose model.yaml is no part of the image and changed', async () => {
  const { folder } = pipeline;
  const model = join(folder, 'model.onnx');
  cpSync(join(pipeline.settings.model, 'model.onnx'), model);
  writeFileSync(join(folder, '.dockerignore'), '*.yaml\n');
  expect(statuses(await pipeline.run(['validate'], { model }))).toBe('validate passed');
  writeFileSync(join(folder, 'model.yaml'), 'validate: { maxSize: 1B }\n');
  expect(statuses(await pipeline.run(['validate'], { model }))).toBe('validate failed');
});

test('shows the log of a container that does not become healthy, and removes it', async () => {
  pipeline.writeApp({ version: 1, prediction: 0.5, healthy: false });
  const reports = await pipeline.run(stageNames, { deadlineMs: 300 });
  expect(statuses(reports)).toMatch(/launch passed, health failed, loadtest not-run/);
  expect(reports[4]?.log).toEqual(['the last words of the fake']);
  expect(reports[4]?.findings[0]).toMatchObject({
    code: 'smoke-not-ready',
    found: 'status 503 at /health',
  });
});

test('stops at a container that fails under load, shows its log, and removes it', async () => {
  pipeline.writeApp({ version: 1, prediction: 0.5, healthy: true, failsAfter: 5 });
  const reports = await pipeline.run();
  expect(statuses(reports)).toMatch(/health passed, loadtest failed, canary not-run, tag not-run$/);
  expect(reports[5]?.findings.map(({ code }) => code)).toContain('loadtest-status');
  expect(reports[5]?.log).toEqual(['the last words of the fake']);
});

test('stops at a container that predicts wrongly', async () => {
  pipeline.writeApp({ version: 1, prediction: 0.9, healthy: true });
  const reports = await pipeline.run();
  expect(statuses(reports)).toMatch(/health failed, loadtest not-run/);
  expect(reports[4]?.findings[0]).toMatchObject({ code: 'smoke-bad-answer' });
});

test('deletes all canaries but the newest ones where it is told to', async () => {
  const tags = ['canary-deployment-1', 'canary-deployment-2', 'canary-deployment-3'];
  for (const [index, tag] of tags.entries()) {
    pipeline.writeApp({ version: index, prediction: 0.5, healthy: true });
    const image = { ...pipeline.settings.image, tag };
    expect(statuses(await pipeline.run(stageNames, { image, keepCanaries: 1 }))).toMatch(
      /tag passed$/,
    );
  }
  const kept = await Promise.all(tags.map((tag) => pipeline.repository.digestOf(tag)));
  // The one before is stable-previous.
  expect(kept.map((digest) => digest !== undefined)).toEqual([false, true, true]);
});

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
