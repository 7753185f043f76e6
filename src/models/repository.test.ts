import { createHash } from 'node:crypto';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, smallModel } from '../../test/models/repository-on-disk.js';
import type { ErrorCode } from '../domain/error-catalogue.js';
import { SerinError } from '../domain/errors.js';
import { openRepository } from './repository.js';

const v1 = smallModel(1);
const v2 = smallModel(2);

async function churnFolder(): Promise<string> {
  return folderWith({
    'models/churn/1/model.onnx': v1,
    'models/churn/2/model.onnx': v2,
    'models/churn/10/model.onnx': v2,
  });
}

describe('what there is', () => {
  it('is listed by model, with 2 before 10', async () => {
    const folder = await folderWith({
      'models/b/10/model.onnx': v1,
      'models/b/2/model.onnx': v1,
      'models/a/2024-05-01/model.onnx': v1,
      'models/model_v1/model.onnx': v1,
      'models/model_v2/model.onnx': v2,
    });
    expect(await openRepository([path.join(folder, 'models')]).list()).toEqual([
      { model: 'a', versions: ['2024-05-01'] },
      { model: 'b', versions: ['2', '10'] },
      { model: 'model', versions: ['1', '2'] },
    ]);
  });

  it('leaves out what is hidden, incomplete, or has no name for a model', async () => {
    const folder = await folderWith({
      'models/churn/1/model.onnx': v1,
      'models/churn/.2-a1b2c3/model.onnx': v2,
      'models/churn/3/model.yaml': 'description: no model yet',
      'models/churn/4/model.onnx/weights': 'a folder of that name',
      'models/.git/1/model.onnx': v1,
      'models/with space/1/model.onnx': v1,
      'models/notes.txt': 'not a folder',
    });
    expect(await openRepository([path.join(folder, 'models')]).list()).toEqual([
      { model: 'churn', versions: ['1'] },
    ]);
  });

  it('changes when the disk does, without opening it anew', async () => {
    const folder = await folderWith({});
    const repository = openRepository([path.join(folder, 'models')]);
    expect(await repository.list()).toEqual([]);
    await mkdir(path.join(folder, 'models/churn/1'), { recursive: true });
    await writeFile(path.join(folder, 'models/churn/1/model.onnx'), v1);
    expect(await repository.list()).toEqual([{ model: 'churn', versions: ['1'] }]);
    await rm(path.join(folder, 'models/churn'), { recursive: true });
    expect(await repository.list()).toEqual([]);
  });

  it('comes from every root, the first one counting where two have the same version', async () => {
    const folder = await folderWith({
      'mine/churn/1/model.onnx': v1,
      'theirs/churn/1/model.onnx': v2,
      'theirs/churn/2/model.onnx': v2,
    });
    const repository = openRepository([path.join(folder, 'mine'), path.join(folder, 'theirs')]);
    expect(await repository.list()).toEqual([{ model: 'churn', versions: ['1', '2'] }]);
    expect((await repository.load('churn', '1')).digest).toBe(digestOf(v1));
  });

  it('starts with the version that model.yaml calls stable, else with the newest', async () => {
    const folder = await churnFolder();
    const repository = openRepository([path.join(folder, 'models')]);
    expect(await repository.stableAtStart('churn')).toBe('10');
    const config = path.join(folder, 'models/churn/model.yaml');
    await writeFile(config, 'stable: 1 # a number, as people write it\n');
    expect(await repository.stableAtStart('churn')).toBe('1');
    await writeFile(config, 'stable: "7"\n');
    await expect(repository.stableAtStart('churn')).rejects.toMatchObject({
      code: 'version-not-found',
    });
    await expect(repository.stableAtStart('nothing')).rejects.toMatchObject({
      code: 'model-not-found',
    });
  });
});

describe('a version', () => {
  it('is known by the SHA-256 of its file', async () => {
    const folder = await churnFolder();
    const version = await openRepository([path.join(folder, 'models')]).load('churn', '2');
    expect(version).toMatchObject({
      kind: 'onnx',
      model: 'churn',
      version: '2',
      digest: digestOf(v2),
      file: path.join(folder, 'models/churn/2/model.onnx'),
      sizeBytes: v2.length,
      prediction: { output: 'probability', kind: 'probability', labels: [] },
      batching: { enabled: true, maxBatchSize: 64, maxBatchDelayMs: 0 },
      golden: [],
      opsets: { 'ai.onnx': 17 },
    });
  });

  it('has another digest once its file is another', async () => {
    const folder = await churnFolder();
    const repository = openRepository([path.join(folder, 'models')]);
    expect((await repository.load('churn', '1')).digest).toBe(digestOf(v1));
    const file = path.join(folder, 'models/churn/1/model.onnx');
    await writeFile(`${file}.new`, v2);
    await rename(`${file}.new`, file);
    expect((await repository.load('churn', '1')).digest).toBe(digestOf(v2));
  });

  it('that is broken is refused each time, and the others load', async () => {
    const folder = await churnFolder();
    await writeFile(path.join(folder, 'models/churn/2/model.onnx'), '<html>404</html>');
    const repository = openRepository([path.join(folder, 'models')]);
    for (let attempt = 1; attempt <= 2; attempt++) {
      await expect(repository.load('churn', '2')).rejects.toMatchObject({
        code: 'model-invalid',
        message: expect.stringContaining('found an HTML page') as string,
      });
    }
    expect((await repository.load('churn', '1')).version).toBe('1');
    await writeFile(path.join(folder, 'models/churn/2/model.onnx'), v2);
    expect((await repository.load('churn', '2')).digest).toBe(digestOf(v2));
  });

  it('of R1 lies flat, and shares the model.yaml of its model', async () => {
    const folder = await folderWith({
      'models/model_v1/model.onnx': v1,
      'models/model/model.yaml': 'labels: [stays, leaves]\n',
    });
    const repository = openRepository([path.join(folder, 'models')]);
    const version = await repository.resolve('models/model_v1');
    expect(version).toMatchObject({ model: 'model', version: '1' });
    expect(version.prediction.labels).toEqual(['stays', 'leaves']);
  });
});

describe('a path', () => {
  it.each([
    'churn/2',
    'churn_v2',
    './churn/2/',
    'models/churn/2',
    'models/churn_v2',
    'models/churn/2/model.onnx',
    'models/churn/../churn/2',
    '<folder>/models/churn/2',
    '<folder>/models/churn/2/model.onnx',
    '<folder>/link/churn/2',
  ])('%s means version 2', async (given) => {
    const folder = await churnFolder();
    await symlink(path.join(folder, 'models'), path.join(folder, 'link'));
    const repository = openRepository([path.join(folder, 'models')]);
    const version = await repository.resolve(given.replace('<folder>', folder));
    expect([version.model, version.version]).toEqual(['churn', '2']);
  });

  it('of a model alone is enough where it has one version', async () => {
    const folder = await folderWith({ 'models/churn/1/model.onnx': v1 });
    const repository = openRepository([path.join(folder, 'models')]);
    expect((await repository.resolve('models/churn')).version).toBe('1');
  });

  it('works where a root is a link itself', async () => {
    const folder = await churnFolder();
    await symlink(path.join(folder, 'models'), path.join(folder, 'link'));
    const repository = openRepository([path.join(folder, 'link')]);
    for (const given of ['link/churn/2', path.join(folder, 'link/churn/2'), 'churn/2']) {
      expect((await repository.resolve(given)).version).toBe('2');
    }
  });

  it.each<[string, ErrorCode]>([
    ['/etc/passwd', 'path-outside-roots'],
    ['/no/such/thing', 'path-outside-roots'],
    ['../secret/1', 'path-outside-roots'],
    ['churn/../../secret/1', 'path-outside-roots'],
    ['models/../../../etc/passwd', 'path-outside-roots'],
    ['<folder>/secret/1/model.onnx', 'path-outside-roots'],
    ['<folder>/models/../secret/1', 'path-outside-roots'],
    ['churn/2\0', 'path-outside-roots'],
    ['stolen/1', 'path-outside-roots'],
    ['churn/stolen', 'path-outside-roots'],
    ['churn/stolen-file', 'path-outside-roots'],
    ['<folder>/models/stolen/1', 'path-outside-roots'],
    ['', 'model-file-missing'],
    ['.', 'model-file-missing'],
    ['churn', 'model-file-missing'],
    ['churn/2/weights.bin', 'model-file-missing'],
    ['churn/empty', 'model-file-missing'],
    ['churn/9', 'version-not-found'],
    ['models/churn/9', 'version-not-found'],
    ['churn_v9', 'version-not-found'],
    ['nothing/1', 'model-not-found'],
    ['.git/1', 'model-not-found'],
    ['https://example.org/model.onnx', 'model-not-found'],
  ])('%j is refused: %s', async (given, code) => {
    const folder = await churnFolder();
    await mkdir(path.join(folder, 'secret/1'), { recursive: true });
    await writeFile(path.join(folder, 'secret/1/model.onnx'), v1);
    await symlink(path.join(folder, 'secret'), path.join(folder, 'models/stolen'));
    await symlink(path.join(folder, 'secret/1'), path.join(folder, 'models/churn/stolen'));
    await mkdir(path.join(folder, 'models/churn/stolen-file'));
    await symlink(
      path.join(folder, 'secret/1/model.onnx'),
      path.join(folder, 'models/churn/stolen-file/model.onnx'),
    );
    await mkdir(path.join(folder, 'models/churn/empty'));
    const repository = openRepository([path.join(folder, 'models')]);
    expect(await codeOf(repository.resolve(given.replace('<folder>', folder)))).toBe(code);
    expect(await repository.list()).toEqual([{ model: 'churn', versions: ['1', '2', '10'] }]);
  });

  it.each([
    ['..', '1'],
    ['churn/2', ''],
    ['churn', '../../secret/1'],
    ['churn\0', '1'],
  ])('cannot be smuggled in as a name: %j, version %j', async (model, version) => {
    const folder = await churnFolder();
    const repository = openRepository([path.join(folder, 'models')]);
    expect(await codeOf(repository.load(model, version))).toMatch(/-not-found$/);
  });

  it('that is wrong is answered with what there is', async () => {
    const folder = await churnFolder();
    const repository = openRepository([path.join(folder, 'models')]);
    await expect(repository.resolve('churn/9')).rejects.toThrow('expected one of 1, 2, 10, found "9"');
    await expect(repository.resolve('nothing/1')).rejects.toThrow('expected one of churn');
  });
});

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (thrown) {
    if (thrown instanceof SerinError) return thrown.code;
    throw thrown;
  }
  return 'no error';
}
