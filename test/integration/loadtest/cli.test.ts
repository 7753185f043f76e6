import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { beginSerin, beginSerinOnTerminal, runSerin } from '../../e2e/serin-process.js';
import { newFolder } from '../running-server.js';
import { good, serve, type TestTarget } from './faulty-server.js';

let target: TestTarget;
let failing: TestTarget;
const folder = newFolder();
const rows = join(folder, 'rows.jsonl');

// Every command is a process, and a machine that is busy starts them slowly.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  target = await serve(({ response }) => good(response));
  failing = await serve(({ count, response }) => {
    if (count % 10 === 0) response.statusCode = 503;
    good(response);
  });
  writeFileSync(rows, '[1, 2]\n{"features": [3, 4]}\n');
});
afterAll(() => Promise.all([target.close(), failing.close()]));

const short = ['--inputs', rows, '--rate', '100', '--duration', '1s', '--warm-up', '100ms'];

describe('serin loadtest', () => {
  test('passes a good server, and writes what was asked for', async () => {
    const file = (name: string): string => join(folder, name);
    const { code, stdout, stderr } = await runSerin([
      ...['loadtest', target.url, ...short],
      ...['--html', file('r.html'), '--junit', file('r.xml'), '--markdown', file('r.md')],
      ...['--out', file('reports/r.sarif'), '--out', `json=${file('reports/r')}`],
    ]);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain('all 100 answers were good');
    expect(stdout).toContain('serin loadtest passed');
    const html = readFileSync(file('r.html'), 'utf8');
    expect(html).toContain('<svg');
    // It has to be readable without a network, and where scripts are forbidden.
    expect(html).not.toMatch(/<script|<link|@import|url\(|src=/);
    expect(readFileSync(file('r.xml'), 'utf8')).toContain('<testcase name="errors&lt;0.1%"');
    expect(readFileSync(file('r.md'), 'utf8')).toContain('### ✅ serin loadtest');
    expect(JSON.parse(readFileSync(file('reports/r.sarif'), 'utf8'))).toMatchObject({
      version: '2.1.0',
    });
    expect(JSON.parse(readFileSync(file('reports/r'), 'utf8'))).toMatchObject({
      passed: true,
      result: { target: { requests: 100 } },
    });
  });

  test('fails a bad one with exit code 1, for machines as well', async () => {
    const args = ['loadtest', failing.url, ...short, '--threshold', 'errors<1%', '--json'];
    const { code, stdout } = await runSerin([...args, '--no-early-stop']);
    expect(code).toBe(1);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ gate: 'loadtest', passed: false });
    expect(report.result.target).toMatchObject({ requests: 100, good: 90 });
    expect(report.result.target.failures[0].words).toMatch(/^status 503/);
  });

  test('fails what is worse than stable with exit code 1, whatever the thresholds allow', async () => {
    const load = ['--inputs', rows, '--rate', '400', '--duration', '4s', '--warm-up', '0s'];
    const allow = ['--threshold', 'errors<100000', '--json'];
    const { code, stdout } = await runSerin([
      ...['loadtest', failing.url, '--against', target.url, ...load, ...allow],
    ]);
    expect(code, stdout).toBe(1);
    const failed = JSON.parse(stdout).checks.filter(
      ({ status }: { status: string }) => status === 'failed',
    );
    expect(failed).toMatchObject([
      { name: 'comparison', findings: [{ code: 'loadtest-worse-than-stable' }] },
    ]);
  });

  test('runs users who wait where no rate is given', async () => {
    const load = ['--users', '3', '--spawn-rate', '100', '--think', '10ms..20ms'];
    const times = ['--duration', '500ms', '--warm-up', '0s'];
    const { code, stdout } = await runSerin([
      ...['loadtest', target.url, '--inputs', rows, ...load, ...times],
    ]);
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('3 users, 100 more each second, thinking 10.0 ms to 20.0 ms');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ended by %s reports what it has measured until then, and is gone',
    async (signal) => {
      let answered = 0;
      const counting = await serve(({ response }) => {
        answered += 1;
        good(response);
      });
      const load = ['--inputs', rows, '--rate', '100', '--duration', '1h', '--warm-up', '0s'];
      const running = beginSerin(['loadtest', counting.url, ...load, '--json']);
      await expect.poll(() => answered, { timeout: 60_000 }).toBeGreaterThan(100);
      running.signal(signal);
      const { code, stdout } = await running.ended;
      await counting.close();
      expect(code, stdout).toBe(130);
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ gate: 'loadtest', passed: false });
      expect(report.result.stopped).toBe('it was interrupted');
      expect(report.result.target.requests).toBeGreaterThan(0);
      expect(report.result.target.failures).toEqual([]);
    },
  );

  test('on a terminal draws percentiles and a chart while it runs, until Ctrl-C', async () => {
    const load = ['--inputs', rows, '--rate', '50', '--duration', '1h', '--warm-up', '0s'];
    const thresholds = ['--threshold', 'p99<1h'];
    const running = beginSerinOnTerminal(
      ['loadtest', target.url, ...load, ...thresholds],
      {},
      [120, 40],
    );
    const shown = () => stripVTControlCharacters(running.printed());
    await expect.poll(shown, { timeout: 60_000 }).toContain("The target's latency in the latest");
    expect(shown()).toMatch(/requests +failed +good\/s +p50 +p90 +p99 +p99\.9 +max/);
    expect(shown()).toContain('━');
    expect(shown()).toMatch(/✓ p99<1h/);
    running.type('\u0003');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stripVTControlCharacters(stdout)).toMatch(/found +.*it was interrupted/);
  });

  test.each([
    [['--rate', 'many'], 'Expected requests a second'],
    [['--users', '5', '--rate', '5'], 'either --rate'],
    [['--answer-schema', '/nowhere.json'], 'a file at /nowhere.json'],
    [['--against', 'http://127.0.0.1:1/predict'], 'http://127.0.0.1:1'],
  ])('says what is wrong with %j', async (options, words) => {
    const { code, stderr, stdout } = await runSerin(['loadtest', target.url, ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
  });
});
