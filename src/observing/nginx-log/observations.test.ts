import { describe, expect, test } from 'vitest';
import { lineFields, type LineField } from './line-format.js';
import { readLine, type LoggedRequest } from './read-line.js';
import { observationOf } from './to-observation.js';

const usual: Record<LineField, string> = {
  mark: 's3',
  model: 'churn',
  endedAt: '1795417631.479',
  kind: 'live',
  arm: 'canary',
  status: '200',
  upstreamStatus: '200',
  upstreamSeconds: '0.006',
  headerSeconds: '0.005',
  seconds: '0.007',
  microseconds: '0000000019d6',
  completion: 'OK',
  bytes: '205',
  stickyHash: 'ffffffff',
  sequence: '1795417631252.00000000010f',
  requestId: 'abc',
};

function lineOf(changes: Partial<Record<LineField, string>>): string {
  const fields = { ...usual, ...changes };
  return lineFields.map((name) => fields[name]).join('\t');
}

function read(line: string): LoggedRequest | undefined {
  // Among others, as it is in a file.
  const before = 'another\tline\n';
  const bytes = Buffer.from(`${before}${line}\nmore`, 'latin1');
  return readLine(bytes, before.length, before.length + line.length);
}

function observed(changes: Partial<Record<LineField, string>>) {
  const request = read(lineOf(changes));
  return request === undefined ? undefined : observationOf(request);
}

describe('a line of the log', () => {
  test('becomes an observation of the arm that the request was assigned to', () => {
    expect(observed({})).toEqual({
      requestId: 'abc',
      arm: 'canary',
      outcome: 'ok',
      latencyMs: 6.614,
      startedAtMs: 1795417631479 - 6.614,
      stickyHash: 4294967295,
    });
  });

  test('has a latency in milliseconds where NGINX has no Lua', () => {
    const request = read(lineOf({ microseconds: '-', stickyHash: '-', sequence: '-' }));
    expect(request).toMatchObject({ tookMs: 7, stickyHash: undefined, sequence: undefined });
  });

  test('of what was no HTTP request has its number, and is no observation', () => {
    const line = lineOf({ arm: '', status: '400', upstreamStatus: '-', upstreamSeconds: '-' });
    expect(read(line)).toMatchObject({
      ...{ arm: undefined, sequence: { epoch: 1795417631252, number: 0x10f } },
    });
    expect(observed({ arm: '' })).toBeUndefined();
  });

  test.each(['', 's3\tchurn', 'GET / HTTP/1.1', lineOf({ mark: 's2' }), lineOf({ arm: 'x' })])(
    'that is another one is not taken for it: %s',
    (line) => expect(read(line)).toBeUndefined(),
  );
});

describe('the canary is charged with', () => {
  test('its failure, also when stable answered for it', () => {
    const failedOver = {
      status: '200',
      upstreamStatus: '502, 200',
      upstreamSeconds: '0.002, 0.004',
      headerSeconds: '-, 0.004',
    };
    expect(observed(failedOver)).toMatchObject({ arm: 'canary', outcome: 'error', latencyMs: 2 });
    const slow = { ...failedOver, upstreamStatus: '504, 200', upstreamSeconds: '1.000, 0.004' };
    expect(observed(slow)).toMatchObject({ outcome: 'timeout', latencyMs: 1000 });
    const twice = {
      upstreamStatus: '504, 504 : 200',
      upstreamSeconds: '0.300, 0.300 : 0.004',
      headerSeconds: '-, - : 0.004',
    };
    expect(observed({ ...failedOver, ...twice })).toMatchObject({
      ...{ arm: 'canary', outcome: 'timeout', latencyMs: 300 },
    });
  });

  test('an answer that broke off', () => {
    expect(observed({ completion: '' })).toMatchObject({ outcome: 'error' });
  });

  test('a user who waited for a second in vain, and not with one who left at once', () => {
    const left = { status: '499', upstreamStatus: '-', completion: '' };
    expect(observed({ ...left, microseconds: (1_500_000).toString(16) })).toMatchObject({
      outcome: 'timeout',
    });
    expect(observed({ ...left, microseconds: (3_000).toString(16) })).toBeUndefined();
  });
});

test.each([
  [
    'a request that was refused before it reached an arm',
    { upstreamStatus: '-', upstreamSeconds: '-' },
  ],
  ["the client's mistake", { status: '400', upstreamStatus: '400' }],
  ['a request whose arm somebody chose', { kind: 'forced' }],
])('%s says nothing about an arm', (_, changes) => {
  expect(observed(changes)).toBeUndefined();
});

test('a connection that was upgraded counts until it was, not as long as it lasted', () => {
  const upgraded = {
    status: '101',
    upstreamStatus: '101',
    microseconds: (90_000_000).toString(16),
    completion: '',
  };
  expect(observed(upgraded)).toMatchObject({ outcome: 'ok', latencyMs: 5 });
});
