import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, smallModel } from '../../../test/models/repository-on-disk.js';
import { openRepository } from '../../models/repository.js';
import { locateModel, modelOfVersion } from './locate-model.js';

test('a version is the same by its folder, its file, its name, and from the repository', async () => {
  const folder = await folderWith({
    'models/churn/2/model.onnx': smallModel(),
    'models/wage_v3/model.onnx': smallModel(),
  });
  const models = path.join(folder, 'models');
  for (const name of ['churn/2', 'wage_v3']) {
    const { shownAs, ...byName } = await locateModel(name, models);
    expect(shownAs).toBe(name);
    expect(await locateModel(path.join(models, name))).toMatchObject(byName);
    expect(await locateModel(path.join(models, name, 'model.onnx'))).toMatchObject(byName);
    const version = await openRepository([models]).resolve(name);
    expect(modelOfVersion(version)).toMatchObject(byName);
  }
  expect(await locateModel('wage_v3', models)).toMatchObject({
    modelFolder: path.join(models, 'wage'),
  });
});

test('weights are looked for where the file really is, model.yaml where it was named', async () => {
  const folder = await folderWith({ 'blobs/abc': smallModel(), 'churn/1/model.yaml': '' });
  const named = path.join(folder, 'churn/1/model.onnx');
  await symlink(path.join(folder, 'blobs/abc'), named);
  expect(await locateModel(named)).toMatchObject({
    file: path.join(folder, 'blobs/abc'),
    versionFolder: path.join(folder, 'churn/1'),
  });
});

test('where there is nothing, that is said', async () => {
  const folder = await folderWith({ 'empty/readme.txt': '' });
  for (const given of ['empty', 'other.onnx']) {
    await expect(locateModel(path.join(folder, given))).rejects.toMatchObject({
      code: 'model-file-missing',
    });
  }
});
