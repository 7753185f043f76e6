import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, smallModel } from '../../../test/models/repository-on-disk.js';
import { toModelName, type Digest, type VersionName } from '../../domain/ids.js';
import { artefactReader } from '../../models/model-artefact.js';
import { refuseChangedVersion } from './refuse-changed-version.js';

test('a version whose file was replaced is not what was deployed, until it is put back', async () => {
  const folder = await folderWith({ 'churn/1/model.onnx': smallModel(0) });
  const file = path.join(folder, 'churn/1/model.onnx');
  const digest = await digestOf(file);
  const version = { model: toModelName('churn'), version: '1' as VersionName, file, digest };
  const check = (): Promise<void> => refuseChangedVersion(version, digestOf);
  await expect(check()).resolves.toBeUndefined();

  await writeFile(file, smallModel(1));
  const found = await digestOf(file);
  await expect(check()).rejects.toMatchObject({
    code: 'version-changed',
    words: { expected: `${digest} for churn/1`, found },
  });

  await writeFile(file, 'no model');
  await expect(check()).rejects.toMatchObject({ code: 'version-changed' });
  await rm(file);
  await expect(check()).rejects.toMatchObject({ code: 'version-changed' });

  await writeFile(file, smallModel(0));
  await expect(check()).resolves.toBeUndefined();
});

const readArtefact = artefactReader();

async function digestOf(file: string): Promise<Digest> {
  return (await readArtefact(file)).digest;
}
