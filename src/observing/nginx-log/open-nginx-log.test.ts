import { appendFileSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toModelName } from '../../domain/ids.js';
import type { Observation } from '../../domain/observation.js';
import type { Source, SourceFinding } from '../source.js';
import { lineFields, type LineField } from './line-format.js';
import type { LineNumber } from './line-number.js';
import type { LogCensus } from './nginx-log.js';
import { openNginxLog } from './open-nginx-log.js';

const churn = toModelName('churn');
let file: string;
let written: number;
let census: (probe: LineNumber) => LogCensus;
let findings: SourceFinding[];
let observations: Observation[];
let reopened: number;
let source: Source;

beforeEach(async () => {
  vi.useFakeTimers();
  file = join(mkdtempSync(join(tmpdir(), 'serin-log-')), 'observations.log');
  [written, reopened, findings, observations] = [0, 0, [], []];
  census = () => ({ newest: { epoch: 7, number: written } });
  const log = {
    file,
    reopen: () => Promise.resolve(void (reopened += 1)),
    census: (probe: LineNumber) => Promise.resolve().then(() => census(probe)),
  };
  source = openNginxLog(log, { models: [churn], nowMs: () => Date.now(), rotateBytes: 10_000 });
  await source.start({
    observed: (_, observation) => observations.push(observation),
    found: (_, finding) => findings.push(finding),
  });
});
afterEach(async () => {
  await source.close();
  vi.useRealTimers();
});

const usual: Record<LineField, string> = {
  ...{ mark: 's3', model: 'churn', endedAt: '1.5', kind: 'live', arm: 'stable', status: '200' },
  ...{ upstreamStatus: '200', upstreamSeconds: '0.001', headerSeconds: '0.001', seconds: '0.001' },
  ...{ microseconds: '384', completion: 'OK', bytes: '100', stickyHash: '-', sequence: '-' },
  requestId: 'r',
};

/** What NGINX does at the end of requests: it numbers them, and writes those that it can. */
function serve(requests: number, isWritten: (i: number) => boolean = () => true): void {
  let text = '';
  for (let i = 0; i < requests; i += 1) {
    written += 1;
    const fields = { ...usual, sequence: `7.${written.toString(16)}` };
    if (isWritten(i)) text += `${lineFields.map((name) => fields[name]).join('\t')}\n`;
  }
  appendFileSync(file, text);
}

test('requests become observations, and none of them is missing', async () => {
  serve(1_000);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(observations).toHaveLength(1_000);
  expect(source.counts()).toMatchObject({ requests: 1_000, observed: 1_000, lost: 0, bytes: 1e5 });
  expect(findings.at(-1)).toMatchObject({
    verdict: 'undecided',
    sentence: '1000 requests observed, 0 missing',
  });
});

test('a log that loses too many lines is unmeasurable, until it has lost none for a minute', async () => {
  serve(1_000, (i) => i % 20 !== 0);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(source.counts()).toMatchObject({ observed: 950, lost: 50 });
  expect(findings.at(-1)).toMatchObject({
    verdict: 'unmeasurable',
    sentence: "5% of the requests of the last minute are missing from NGINX's log, more than 1%",
  });
  await vi.advanceTimersByTimeAsync(70_000);
  expect(findings.at(-1)?.verdict).toBe('undecided');
});

test('a full disk, after which no line comes at all, is noticed', async () => {
  serve(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  serve(500, () => false);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(findings.at(-1)?.verdict).toBe('unmeasurable');
  expect(source.counts()).toMatchObject({ lost: 500 });
});

test('an NGINX that does not answer is unmeasurable', async () => {
  census = () => {
    throw new Error('refused');
  };
  await vi.advanceTimersByTimeAsync(1_000);
  expect(findings.at(-1)).toMatchObject({ verdict: 'unmeasurable' });
});

test('a log that cannot be read is unmeasurable, until it can', async () => {
  serve(100);
  await vi.advanceTimersByTimeAsync(1_000);
  rmSync(file);
  symlinkSync('/proc/self/mem', file);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(findings.at(-1)).toMatchObject({
    verdict: 'unmeasurable',
    sentence: expect.stringMatching(/^NGINX's log cannot be read: E/) as string,
  });
  rmSync(file);
  serve(100);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(findings.at(-1)?.sentence).toBe('200 requests observed, 0 missing');
});

test('an NGINX that says nothing of how many lines there should be is unmeasurable', async () => {
  census = () => ({});
  await vi.advanceTimersByTimeAsync(1_000);
  expect(findings.at(-1)).toMatchObject({
    verdict: 'unmeasurable',
    sentence: expect.stringContaining('how many are missing cannot be told') as string,
  });
});

test('where nothing can be counted, lines that NGINX is asked for show whether others are lost', async () => {
  let isFull = false;
  census = (probe) => {
    if (!isFull) appendFileSync(file, `s2-probe\t${probe.epoch}.${probe.number}\n`);
    return { probe };
  };
  serve(100);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(findings.at(-1)).toMatchObject({
    verdict: 'undecided',
    sentence: expect.stringMatching(/^100 requests observed, 0 of \d+ lines missing/) as string,
  });
  isFull = true;
  await vi.advanceTimersByTimeAsync(12_000);
  expect(findings.at(-1)).toMatchObject({
    verdict: 'unmeasurable',
    sentence: expect.stringMatching(
      /of the lines that Serin had NGINX write .* more than 1%/,
    ) as string,
  });
  isFull = false;
  await vi.advanceTimersByTimeAsync(70_000);
  expect(findings.at(-1)?.verdict).toBe('undecided');
  expect(source.counts()).toMatchObject({ requests: 100, unreadable: 0, lost: 0 });
});

test('a log that has become large is replaced, and nothing of it is lost', async () => {
  serve(200);
  await vi.advanceTimersByTimeAsync(200);
  expect(reopened).toBe(1);
  expect(existsSync(file)).toBe(false);
  serve(10);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(statSync(file).size).toBeLessThan(10_000);
  expect(source.counts()).toMatchObject({ observed: 210, lost: 0 });
});
