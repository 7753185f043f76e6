import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { planOf as planOfCommand } from '../../../src/cli/loadtest/loadtest-options.js';
import { loadTest, type LoadTestOrder } from '../../../src/gates/loadtest/load-test.js';
import { planOfGate } from '../../../src/gates/loadtest/gate-plan.js';
import { defaultLoad, type LoadPlan } from '../../../src/gates/loadtest/plan.js';
import { reportOfLoadTest } from '../../../src/gates/loadtest/report/to-report.js';
import { parseThreshold } from '../../../src/gates/loadtest/thresholds/parse-threshold.js';
import { findingsOf, type Finding, type Report } from '../../../src/gates/report/report.js';
import { newFolder } from '../running-server.js';
import {
  good,
  serve,
  serveBytes,
  wrongBodies,
  type Answering,
  type TestTarget,
} from './faulty-server.js';

const targets: TestTarget[] = [];

afterEach(async () => {
  await Promise.all(targets.splice(0).map((target) => target.close()));
});

async function serving(answer: Answering): Promise<string> {
  const target = await serve(answer);
  targets.push(target);
  return target.url;
}

function inputsFile(...lines: unknown[]): string {
  const file = join(newFolder(), 'rows.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

const rows = inputsFile([1, 2], [3, 4]);

/** Half a second of 300 requests, and no threshold but on errors, as machines of tests are slow at times. */
function planOf(thresholds: readonly string[], changes: Partial<LoadPlan> = {}): LoadPlan {
  return {
    load: { kind: 'open', fromPerSecond: 600, toPerSecond: 600 },
    warmUpMs: 0,
    durationMs: 500,
    timeoutMs: 20_000,
    thresholds: thresholds.map(parseThreshold),
    stopEarly: false,
    seed: 1,
    ...changes,
  };
}

async function tested(
  url: string,
  plan: LoadPlan,
  changes: Partial<LoadTestOrder> = {},
): Promise<{ report: Report; finding: (code: string) => Finding | undefined; requests: number }> {
  const order = { url, plan, inputs: rows, headers: {}, seed: 1, connections: 50, ...changes };
  const result = await loadTest(order);
  const report = reportOfLoadTest(result);
  const finding = (code: string) => findingsOf(report).find((one) => one.code === code);
  return { report, finding, requests: result.target.requests };
}

function fail(response: ServerResponse, body: string): void {
  response.statusCode = 500;
  response.end(body);
}

function cutOff(response: ServerResponse): void {
  response.setHeader('content-length', '100');
  response.write('{"prediction": 0.');
  response.socket?.end();
}

describe('a load test catches a server that', () => {
  test('answers 500 one time in 200', async () => {
    const url = await serving(({ count, response }) => {
      if (count % 200 === 0) fail(response, '{"error":"out of memory"}');
      else good(response);
    });
    // No threshold is said: that of the gate, of `serin loadtest` and of `serin ci` holds.
    const times = { duration: 2_000, warmUp: 0, timeout: 20_000 };
    const { thresholds } = planOfCommand({ ...times, earlyStop: false, seed: 1 });
    expect(planOfGate({}).thresholds).toEqual(thresholds);
    const { report, finding } = await tested(url, {
      ...planOf([], { durationMs: 1_000 }),
      thresholds,
    });
    expect(report.passed).toBe(false);
    expect(finding('loadtest-status')).toMatchObject({
      severity: 'error',
      title: '3 of 600 requests (0.50%) were answered with an error',
      found: expect.stringMatching(/^status 500: out of memory; from /) as string,
    });
    expect(finding('loadtest-threshold')).toMatchObject({ expected: '< 0.1%', found: '0.5%' });
    const allowed = await tested(url, planOf(['errors<1%']));
    expect(allowed.report.passed).toBe(true);
    expect(allowed.finding('loadtest-status')?.severity).toBe('warning');
  });

  test('drops connections', async () => {
    const url = await serving(({ count, response }) => {
      if (count % 20 !== 0) good(response);
      else response.socket?.destroy();
    });
    const { report, finding, requests } = await tested(url, planOf(['errors<1%']));
    expect(report.passed).toBe(false);
    expect(requests).toBe(300);
    expect(finding('loadtest-dropped')?.title).toMatch(
      /^15 of 300 requests .* lost their connection$/,
    );
    expect(finding('loadtest-dropped')?.found).toMatch(/closed before the whole answer|reset/);
  });

  test('cuts answers off', async () => {
    const url = await serving(({ count, response }) => {
      if (count < 100) good(response);
      else cutOff(response);
    });
    const { finding } = await tested(url, planOf(['errors<1%']));
    expect(finding('loadtest-dropped')?.found).toContain('before the whole answer had come');
  });

  describe.each(wrongBodies)('answers 200 with a wrong body: %s', (body, words) => {
    test.each([
      ['one time in ten', (count: number) => count > 20 && count % 10 === 0],
      // What good answers look like is learnt of its own: they are all wrong.
      ['every time', () => true],
    ])('%s', async (_, isWrong) => {
      const url = await serving(({ count, response }) =>
        isWrong(count) ? response.end(body) : good(response),
      );
      const { report, finding } = await tested(url, planOf(['errors<1%'], { durationMs: 250 }));
      expect(report.passed).toBe(false);
      expect(finding('loadtest-wrong-answer')?.title).toContain(
        'had a good status and a wrong body',
      );
      expect(finding('loadtest-wrong-answer')?.found).toContain(words);
    });
  });

  test('predicts something else than expected', async () => {
    const url = await serving(({ response }) => good(response, 0.51));
    const inputs = inputsFile({ body: { features: [1] }, expect: { answer: { prediction: 0.5 } } });
    const { finding } = await tested(url, planOf(['errors<1%']), { inputs });
    expect(finding('loadtest-wrong-answer')?.found).toContain(
      'prediction should be 0.5 (±0.0001), and is 0.51',
    );
  });

  test('predicts otherwise than stable, of which nothing is expected but an answer', async () => {
    const stable = await serving(({ response }) => good(response, 0.4));
    const url = await serving(({ response }) => good(response, 0.51));
    const inputs = inputsFile({ body: { features: [1] }, expect: { answer: { prediction: 0.5 } } });
    const { finding } = await tested(url, planOf(['errors<1%']), { inputs, against: stable });
    expect(finding('loadtest-wrong-answer')?.found).toContain('and is 0.51');
    expect(finding('loadtest-stable-failed')).toBeUndefined();
  });

  test('answers with something else than the schema that was given', async () => {
    const url = await serving(({ count, response }) => good(response, count % 3 === 0 ? 1.5 : 0.5));
    const prediction = (maximum: number) => ({ prediction: { type: 'number', maximum } });
    const answerSchema = (maximum: number) => ({
      schema: { type: 'object', properties: prediction(maximum), required: ['prediction'] },
      file: 'answers.schema.json',
    });
    const plan = planOf(['errors<1%']);
    const { report, finding } = await tested(url, plan, { answerSchema: answerSchema(1) });
    expect(report.passed).toBe(false);
    expect(finding('loadtest-wrong-answer')?.title).toMatch(/^100 of 300 requests /);
    expect(finding('loadtest-wrong-answer')?.found).toContain('/prediction must be <= 1');
    const fits = await tested(url, plan, { answerSchema: answerSchema(2) });
    expect(fits.report.passed).toBe(true);
  });

  test('hangs', async () => {
    const url = await serving(({ count, response }) => {
      if (count < 100) good(response);
    });
    const timedOut = await tested(url, planOf(['errors<1%'], { timeoutMs: 300 }));
    expect(timedOut.finding('loadtest-timeout')?.title).toContain('had no answer in time');
    expect(timedOut.finding('loadtest-timeout')?.found).toContain('no answer within 300 ms');

    const stopped = await tested(
      url,
      planOf(['max<500ms'], { durationMs: 60_000, stopEarly: true }),
    );
    expect(stopped.report.passed).toBe(false);
    expect(stopped.report.durationMs).toBeLessThan(30_000);
    expect(stopped.finding('loadtest-stopped')?.found).toContain(
      'max<500ms cannot be kept any more',
    );
  });

  test('is slow', async () => {
    const slowMs = 60;
    // Percentiles are right to 1%, and a timer may be early by a millisecond.
    const roundingMs = 2;
    const url = await serving(({ response }) => void setTimeout(() => good(response), slowMs));
    const { report, finding } = await tested(url, planOf(['p50<50ms', 'errors<1%']));
    expect(report.passed).toBe(false);
    expect(finding('loadtest-threshold')?.title).toBe('p50<50ms was not kept');
    // 60.4 ms; or 1.2 s of a machine that is busy.
    const [, figure, unit] =
      /^([\d.]+) (m?s)/.exec(finding('loadtest-threshold')?.found ?? '') ?? [];
    expect(Number(figure) * (unit === 's' ? 1_000 : 1)).toBeGreaterThanOrEqual(slowMs - roundingMs);
  });

  test('speaks another protocol', async () => {
    const target = await serveBytes('SSH-2.0-OpenSSH_9.2\r\n');
    targets.push(target);
    const { finding } = await tested(target.url, planOf(['errors<1%']));
    expect(finding('loadtest-malformed')?.found).toContain('it begins with "SSH-2.0');
  });

  test('goes away', async () => {
    const url = await serving(({ count, response }) => {
      good(response);
      if (count === 100) void targets[0]?.close();
    });
    const { finding } = await tested(url, planOf(['errors<1%']));
    expect(finding('loadtest-refused')?.found).toContain('connection refused');
  });
});

describe('a load test passes', () => {
  test('a good server, with every answer checked', async () => {
    const seen = new Set<string>();
    const url = await serving(({ body, response, message }) => {
      seen.add(
        `${message.headers['content-type'] ?? ''} ${String(message.headers['x-team'])} ${body}`,
      );
      good(response);
    });
    const { report } = await tested(url, planOf(['errors<=0']), { headers: { 'x-team': 'a' } });
    expect(report.passed).toBe(true);
    expect([...seen].sort()).toEqual([
      'application/json a {"features":[1,2]}',
      'application/json a {"features":[3,4]}',
    ]);
  });

  test('a server that answers in chunks, closes every connection, and has no JSON', async () => {
    const url = await serving(({ response }) => {
      response.setHeader('connection', 'close');
      response.write('wel');
      response.end('come');
    });
    const { report } = await tested(url.replace('/predict', '/'), planOf(['errors<=0']), {
      inputs: undefined,
    });
    expect(report.passed).toBe(true);
  });

  test('users who wait, and the interruption of a test that takes too long', async () => {
    const url = await serving(({ response }) => good(response));
    const interrupt = new AbortController();
    const load = {
      kind: 'closed',
      users: 5,
      spawnPerSecond: Infinity,
      thinkMs: { from: 0, to: 0 },
    } as const;
    const { report, requests, finding } = await tested(
      url,
      planOf(['errors<=0'], { load, durationMs: 600_000 }),
      {
        signal: interrupt.signal,
        onProgress: ({ target }) => {
          if (target.tally.requests > 50) interrupt.abort();
        },
      },
    );
    expect(requests).toBeGreaterThan(50);
    expect(report.passed).toBe(false);
    expect(finding('loadtest-stopped')?.found).toContain('it was interrupted');
  });
});

describe('a load test refuses', () => {
  test.each([
    ['no url', 'a URL, such as http://127.0.0.1:8080/predict'],
    ['ftp://127.0.0.1/predict', 'a URL, such as'],
    ['127.0.0.1:8080/predict', 'a URL, such as'],
  ])('what is no URL: %s', async (url, words) => {
    await expect(tested(url, planOf([]))).rejects.toThrow(words);
  });

  test('a host that is not there', async () => {
    const url = await serving(({ response }) => good(response));
    await targets.pop()?.close();
    for (const inputs of [rows, undefined]) {
      await expect(tested(url, planOf([]), { inputs })).rejects.toThrow(
        /does not answer.*connection refused/,
      );
    }
  });

  test('a plan that measures nothing', async () => {
    const nobody = { kind: 'open', fromPerSecond: 0, toPerSecond: 0 } as const;
    for (const [changes, words] of [
      [{ durationMs: 0 }, 'a duration above 0'],
      [{ timeoutMs: 0 }, 'a time-out above 0'],
      [{ load: nobody }, 'a rate above 0'],
      [
        { load: { ...defaultLoad, thinkMs: { from: 2_000, to: 1_000 } } },
        'a think time such as 1s or 500ms..2s',
      ],
      [{ load: { ...nobody, fromPerSecond: 0.01, toPerSecond: 0.01 } }, 'at least one request'],
    ] as const) {
      await expect(tested('http://127.0.0.1:1/predict', planOf([], changes))).rejects.toThrow(
        words,
      );
    }
  });

  test.each([
    ['[1, 2]\n[3,\n', /JSON in every line.*rows\.jsonl:2/],
    ['7', /a list \(a row of features\) or an object/],
    ['{"body": {}, "expected": 1}', /beside "body" only .*"expected"/],
    ['{"body": {}, "expect": {"tolerance": "1%"}}', /"tolerance" as a number/],
    ['{"body": {}, "method": "post"}', /"method" in capitals/],
    ['{"body": {}, "method": "HEAD"}', /"method" in capitals, one of GET/],
    ['{"body": {}, "headers": {"x": "1\\r\\ny: 2"}}', /"headers" as texts of one line/],
    ['', /at least one input/],
    [
      '{"log": {"entries": [{"request": {"method": "GET", "url": "http://x/other"}}]}}',
      /requests to \/predict.*requests to \/other/,
    ],
  ])('inputs that are broken: %j', async (text, words) => {
    const inputs = join(newFolder(), 'rows.jsonl');
    writeFileSync(inputs, text);
    const url = await serving(({ response }) => good(response));
    await expect(tested(url, planOf([]), { inputs })).rejects.toThrow(words);
  });

  test('a file that is not there, and to guess what a server takes that does not say', async () => {
    const url = await serving(({ response }) => good(response));
    await expect(tested(url, planOf([]), { inputs: '/nowhere/rows.jsonl' })).rejects.toThrow(
      'ENOENT',
    );
    await expect(tested(url, planOf([]), { inputs: undefined })).rejects.toThrow(
      /Nothing says what to send/,
    );
  });

  test('a schema that is none', async () => {
    const url = await serving(({ response }) => good(response));
    const answerSchema = { schema: { type: 'nonsense' }, file: 'schema.json' };
    await expect(tested(url, planOf([]), { answerSchema })).rejects.toThrow(
      'a JSON Schema in schema.json',
    );
  });
});
