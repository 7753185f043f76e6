import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTest } from '../../../src/gates/loadtest/load-test.js';
import { parseThreshold } from '../../../src/gates/loadtest/thresholds/parse-threshold.js';
import { reportOfLoadTest } from '../../../src/gates/loadtest/report/to-report.js';
import { findingsOf } from '../../../src/gates/report/report.js';
import type { LoadTestResult } from '../../../src/gates/loadtest/results/load-test-result.js';
import { lookupModel } from '../../onnx/models.js';
import { newFolder, sampleModels, startTestServer, type TestServer } from '../running-server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const churn1 = join(sampleModels, 'churn', '1');
const churn2 = join(sampleModels, 'churn', '2');

function tested(
  path: string,
  inputs?: string,
  against?: string,
  { url } = server,
): Promise<LoadTestResult> {
  return loadTest({
    url: url + path,
    against: against === undefined ? undefined : url + against,
    inputs,
    headers: {},
    seed: 1,
    connections: 20,
    plan: {
      load: { kind: 'open', fromPerSecond: 200, toPerSecond: 400 },
      warmUpMs: 100,
      durationMs: 500,
      timeoutMs: 20_000,
      thresholds: [parseThreshold('errors<=0')],
      stopEarly: false,
      seed: 1,
    },
  });
}

const expectGood = ({ target }: LoadTestResult): void => {
  expect(target.failures).toEqual([]);
  expect(target.good).toBe(150);
};

describe('a server of Serin under load', () => {
  test.each(['/predict', '/models/churn/predict', '/v2/models/churn/infer'])(
    'answers golden rows as they should be, at %s',
    async (path) => expectGood(await tested(path, churn1)),
  );

  test.each(['/predict', '/v2/models/churn/infer'])(
    'says itself what it takes, at %s',
    async (path) => expectGood(await tested(path)),
  );

  test.each(['/predict', '/v2/models/churn/infer'])(
    'is caught when it answers with another version, at %s',
    async (path) => {
      const { target } = await tested(path, churn2);
      expect(target.failures.map(({ kind }) => kind)).toContain('wrong-answer');
      expect(target.failures[0]?.words).toMatch(/ should be 0\.\d+ .*, and is 0\.\d+/);
    },
  );

  test('is not accused of rows that its model does not take, where nobody knows which it does', async () => {
    const models = newFolder();
    mkdirSync(join(models, 'lookup', '1'), { recursive: true });
    writeFileSync(join(models, 'lookup', '1', 'model.onnx'), lookupModel());
    const firstStable = new Map([['lookup', 'lookup/1']]);
    const lookingUp = await startTestServer({ modelRoots: [models], firstStable });
    try {
      for (const path of ['/predict', '/v2/models/lookup/versions/1/infer']) {
        const result = await tested(path, undefined, undefined, lookingUp);
        expectGood(result);
        const report = reportOfLoadTest(result);
        expect(report.passed).toBe(true);
        expect(findingsOf(report)).toContainEqual(
          expect.objectContaining({
            code: 'loadtest-rows-refused',
            severity: 'warning',
            found: expect.stringContaining('The model failed on this input') as string,
          }),
        );
      }
    } finally {
      await lookingUp.close();
    }
  });

  test('gives the recorded predictions of a capture again', async () => {
    const body = JSON.stringify({ features: [0, 0, 0, 0, 0] });
    const answer = await server.post('/predict', body);
    const capture = (status: number, text: string) => {
      const file = join(newFolder(), 'capture.har');
      const headers = [
        { name: 'Content-Type', value: 'application/json' },
        { name: 'Cookie', value: 'secret' },
      ];
      const request = { method: 'POST', url: 'https://model.example/predict', headers };
      const entry = {
        request: { ...request, postData: { text: body } },
        response: { status, content: { text } },
      };
      writeFileSync(file, JSON.stringify({ log: { version: '1.2', entries: [entry] } }));
      return file;
    };
    expectGood(await tested('/predict', capture(200, JSON.stringify(answer.body))));
    const changed = JSON.stringify({ ...answer.body, prediction: 0.001 });
    const { target } = await tested('/predict', capture(200, changed));
    expect(target.failures[0]?.words).toMatch(/^prediction should be 0\.001/);
  });

  test('is compared with itself in one run', async () => {
    const { target, stable, verdict } = await tested('/predict', churn1, '/predict');
    expect(target.good + (stable?.good ?? 0)).toBe(150);
    expect(target.failures).toEqual([]);
    expect(verdict?.evidence.map(({ check }) => check)).toContain('latency-mean');
  });
});
