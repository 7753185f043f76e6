import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toModelName } from '../domain/ids.js';
import { openHealthSource, type HealthSettings } from './health-source.js';
import { valueAt } from './json-path.js';
import { openPrometheusSource } from './prometheus-source.js';
import type { Source, SourceFinding } from './source.js';
import { thresholdFinding } from './threshold-finding.js';

const model = toModelName('churn');
let server: Server;
let url: string;
/** What is answered at a path: text, a status, or nothing at all (`silence`). */
let answers: Record<string, string | number>;
let asked: URL[];

beforeEach(async () => {
  [answers, asked] = [{}, []];
  server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://localhost');
    asked.push(address);
    const answer = answers[address.searchParams.get('query') ?? address.pathname] ?? 404;
    if (answer === 'silence') return;
    if (typeof answer === 'number') response.statusCode = answer;
    response.end(typeof answer === 'number' ? '' : answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function firstFinding(source: Source): Promise<SourceFinding | undefined> {
  const found: SourceFinding[] = [];
  await source.start({ observed: () => undefined, found: (_, finding) => found.push(finding) });
  await source.close();
  return found[0];
}

function health(wishes: Partial<HealthSettings> = {}): Promise<SourceFinding | undefined> {
  const urls = { stable: `${url}/stable/health`, canary: `${url}/canary/health` };
  return firstFinding(openHealthSource({ model, urls, nowMs: () => 7, ...wishes }));
}

describe('/health of each arm', () => {
  test('over five percent is harm', async () => {
    answers = {
      '/stable/health': '{"error_rate": 0.5}',
      '/canary/health': '{"status":"ok","error_rate": 8.25}',
    };
    expect(await health()).toEqual({
      source: 'health',
      verdict: 'harm',
      sentence: "error_rate of the canary is 8.25%, more than 5%; stable's is 0.5%",
      atMs: 7,
    });
    expect(asked.map(({ pathname }) => pathname).toSorted()).toEqual([
      '/canary/health',
      '/stable/health',
    ]);
  });

  test('five percent is not over five, and never a reason to promote', async () => {
    answers = { '/stable/health': '{"error_rate": 0}', '/canary/health': '{"error_rate": "5.0"}' };
    expect(await health()).toMatchObject({ verdict: 'undecided' });
    expect(await health({ threshold: 4.9 })).toMatchObject({ verdict: 'harm' });
  });

  test('is found at another path', async () => {
    answers = {
      '/stable/health': '{"stats":[{"rate":1}]}',
      '/canary/health': '{"stats":[{"rate":30}]}',
    };
    expect(await health({ path: '.stats[0].rate' })).toMatchObject({ verdict: 'harm' });
  });

  test.each([
    ['is missing', '{"status":"ok"}'],
    ['is null', '{"error_rate":null}'],
    ['is no number', '{"error_rate":"NaN"}'],
    ['is an empty text', '{"error_rate":""}'],
    ['is no percentage', '{"error_rate":101}'],
    ['is below zero', '{"error_rate":-1}'],
    ['is no JSON', 'ok'],
    ['is an error', 500],
    ['never comes', 'silence'],
  ] as const)('that %s is unmeasurable, of either arm', async (_, answer) => {
    const good = '{"error_rate": 0}';
    answers = { '/stable/health': good, '/canary/health': answer };
    expect(await health({ timeoutMs: 100 })).toMatchObject({ verdict: 'unmeasurable' });
    answers = { '/stable/health': answer, '/canary/health': good };
    expect(await health({ timeoutMs: 100 })).toMatchObject({ verdict: 'unmeasurable' });
  });

  test('of a server that is gone is unmeasurable, and says so', async () => {
    const urls = { stable: `${url}/stable/health`, canary: 'http://127.0.0.1:1/health' };
    answers = { '/stable/health': '{"error_rate": 0}' };
    const finding = await health({ urls });
    expect(finding).toMatchObject({ verdict: 'unmeasurable' });
    expect(finding?.sentence).toMatch(/ECONNREFUSED/);
  });
});

describe('Prometheus', () => {
  const vector = (...values: string[]): string =>
    JSON.stringify({
      status: 'success',
      data: {
        resultType: 'vector',
        result: values.map((value) => ({ metric: {}, value: [1, value] })),
      },
    });
  const ask = (): Promise<SourceFinding | undefined> =>
    firstFinding(
      openPrometheusSource({
        ...{ model, url: `${url}/`, nowMs: () => 7, threshold: 0.5, timeoutMs: 500 },
        ...{
          of: 'p99',
          unit: ' s',
          queries: { stable: 'up{a="stable"}', canary: 'up{a="canary"}' },
        },
      }),
    );

  test('is asked a query for each arm', async () => {
    answers = { 'up{a="stable"}': vector('0.25'), 'up{a="canary"}': vector('0.75') };
    expect(await ask()).toMatchObject({
      verdict: 'harm',
      sentence: "p99 of the canary is 0.75 s, more than 0.5 s; stable's is 0.25 s",
    });
    expect(asked[0]?.pathname).toBe('/api/v1/query');
  });

  test('may answer with a scalar', async () => {
    const scalar = '{"status":"success","data":{"resultType":"scalar","result":[1,"0.1"]}}';
    answers = { 'up{a="stable"}': vector('0.25'), 'up{a="canary"}': scalar };
    expect(await ask()).toMatchObject({ verdict: 'undecided' });
  });

  test.each([
    ['no sample', vector()],
    ['two samples', vector('1', '2')],
    ['NaN', vector('NaN')],
    ['infinity', vector('+Inf')],
    ['an error', '{"status":"error","errorType":"bad_data"}'],
    ['a matrix', '{"status":"success","data":{"resultType":"matrix","result":[]}}'],
  ])('with %s is unmeasurable', async (_, answer) => {
    answers = { 'up{a="stable"}': vector('0.25'), 'up{a="canary"}': answer };
    expect(await ask()).toMatchObject({ verdict: 'unmeasurable' });
  });
});

test('where stable does as badly as the canary, it is not the canary that harms', () => {
  const [of, unit] = ['error_rate', '%'];
  const find = (stable: number, canary: number) =>
    thresholdFinding({ value: stable }, { value: canary }, 5, { of, unit }).verdict;
  expect(find(50, 50)).toBe('unmeasurable');
  expect(find(50, 51)).toBe('harm');
  expect(find(50, 5)).toBe('undecided');
});

test('a canary over the threshold harms, whether or not stable answers', () => {
  const missing = { missing: 'gone' };
  const words = { of: 'error_rate', unit: '%' };
  expect(thresholdFinding(missing, { value: 6 }, 5, words).verdict).toBe('harm');
  expect(thresholdFinding(missing, { value: 5 }, 5, words).verdict).toBe('unmeasurable');
});

test.each(['', 'error_rate', '.a..b', '.a[x]', '.a b'])('"%s" is no path', (path) => {
  expect(() => valueAt(path)).toThrow(/expected a path/);
});
