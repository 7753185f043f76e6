import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logisticModel } from '../../test/onnx/models.js';
import { planStart } from './start-plan.js';
import { samples } from './train-samples.js';

/** The churn samples, as test/build-once.ts trained them. */
const trained = fileURLToPath(new URL('../../test-results/models/churn', import.meta.url));
const complete = samples.flatMap(({ model, versions }) =>
  versions.map(({ version }) => `${model}/${version}`),
);

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'serin-start-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('npm start', () => {
  it('trains the samples where there is no model', async () => {
    expect(await planStart(folder)).toEqual({ trains: true, isDemo: true });
    expect(await planStart(path.join(folder, 'nowhere'))).toEqual({ trains: true, isDemo: true });
  });

  it('serves the samples as they are once they are complete', async () => {
    complete.forEach(holdSample);
    expect(await planStart(folder)).toEqual({ trains: false, isDemo: true });
  });

  it.each(complete)('trains what is missing where only %s is there', async (version) => {
    holdSample(version);
    expect(await planStart(folder)).toEqual({ trains: true, isDemo: true });
  });

  it('goes on with a training that was interrupted, whatever hidden folder it left', async () => {
    holdSample('churn/1');
    mkdirSync(path.join(folder, 'churn', '.2-x7f', 'new'), { recursive: true });
    writeFileSync(path.join(folder, '.serin-samples'), 'seed 1985\n');
    expect(await planStart(folder)).toEqual({ trains: true, isDemo: true });
  });

  it.each(['fraud/1', 'churn/4', 'fraud_v2'])(
    'neither trains nor allows faults where somebody put a model of their own at %s',
    async (own) => {
      complete.forEach(holdSample);
      holdOwn(own);
      writeFileSync(path.join(folder, '.serin-samples'), 'seed 1985\n');
      expect(await planStart(folder)).toEqual({ trains: false, isDemo: false });
    },
  );

  it("puts no sample beside somebody's own model that is called churn, too", async () => {
    holdOwn('churn/7');
    expect(await planStart(folder)).toEqual({ trains: false, isDemo: false });
  });

  it('leaves a folder alone whose model is not complete yet', async () => {
    mkdirSync(path.join(folder, 'churn', '1'), { recursive: true });
    expect(await planStart(folder)).toEqual({ trains: false, isDemo: false });
  });

  it('takes a broken file for no sample', async () => {
    holdSample('churn/1');
    holdOwn('churn/2', Buffer.from('no ONNX'));
    expect(await planStart(folder)).toEqual({ trains: false, isDemo: false });
  });
});

function holdSample(version: string): void {
  cpSync(path.join(trained, '1'), path.join(folder, version), { recursive: true });
}

function holdOwn(version: string, bytes: Uint8Array = logisticModel()): void {
  mkdirSync(path.join(folder, version), { recursive: true });
  writeFileSync(path.join(folder, version, 'model.onnx'), bytes);
}
