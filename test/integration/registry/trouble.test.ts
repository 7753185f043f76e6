import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parseImageName } from '../../../src/images/registry/image-name.js';
import type { Patience } from '../../../src/images/registry/patient-exchange.js';
import { openRepository, type Repository } from '../../../src/images/registry/registry.js';
import { moveStable, readStableTags } from '../../../src/images/registry/stable-tags.js';
import type { Digest } from '../../../src/domain/ids.js';
import { answer, breakOff, FaultyProxy, type Fault } from './faulty-proxy.js';
import { pushImage } from './push-image.js';
import { RegistryUnderTest } from './registry-under-test.js';

let registry: RegistryUnderTest;
let proxy: FaultyProxy;
let digest: Digest;
beforeAll(async () => {
  registry = await RegistryUnderTest.start();
  digest = await pushImage({ host: registry.host, path: 'churn' }, 'one', { content: 'one' });
});
afterAll(() => registry.vanish());
beforeEach(async () => {
  proxy = await FaultyProxy.start(registry.host);
});
afterEach(() => proxy.close());

/** What was waited for, without waiting. */
let pauses: number[];
function open(patience: Partial<Patience> = {}): Promise<Repository> {
  pauses = [];
  const pause = (ms: number): Promise<void> => Promise.resolve(void pauses.push(ms));
  return openRepository(parseImageName(`${proxy.host}/churn`), {
    credentials: null,
    patience: { pause, nowMs: () => Date.parse('2026-01-01T00:00:00Z'), ...patience },
  });
}

/** A fault for the first so many requests. */
function first(count: number, fault: ReturnType<Fault>): Fault {
  let left = count;
  return () => (left-- > 0 ? fault : undefined);
}

test('a registry with too many requests is asked again after as long as it wants', async () => {
  const repository = await open();
  proxy.fault = first(1, answer(429, { 'retry-after': '7' }));
  expect(await repository.digestOf('one')).toBe(digest);
  proxy.fault = first(1, answer(429, { 'retry-after': 'Thu, 01 Jan 2026 00:00:12 GMT' }));
  expect(await repository.digestOf('one')).toBe(digest);
  expect(pauses).toEqual([7_000, 12_000]);
});

test('a registry that wants a long pause is not waited for, and its wish is passed on', async () => {
  const repository = await open();
  const body = JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }] });
  proxy.fault = () => answer(429, { 'retry-after': '3600' }, body);
  await expect(repository.tags()).rejects.toMatchObject({
    code: 'registry-busy',
    words: {
      found: 'status 429: TOOMANYREQUESTS, slow down; it wants a pause until 3600 s are over',
    },
  });
  expect(pauses).toEqual([]);
});

test('a fault of the registry is waited out, and is an error when it lasts', async () => {
  const repository = await open();
  proxy.fault = first(3, answer(500));
  expect(await repository.digestOf('one')).toBe(digest);
  expect(pauses).toEqual([500, 1_000, 2_000]);
  proxy.fault = () => answer(503);
  await expect(repository.digestOf('one')).rejects.toMatchObject({ code: 'registry-failed' });
});

test('a connection that breaks off is made again; a registry that is gone is an error', async () => {
  const repository = await open();
  proxy.fault = first(2, breakOff);
  expect(await repository.digestOf('one')).toBe(digest);
  await registry.vanish();
  const direct = await openRepository(parseImageName(`${registry.host}/churn`), {
    credentials: null,
    patience: { pause: () => Promise.resolve() },
  });
  await expect(direct.digestOf('one')).rejects.toMatchObject({
    code: 'registry-unreachable',
    words: { found: 'ECONNREFUSED' },
  });
  await registry.listen();
  expect(await direct.digestOf('one')).toBe(digest);
});

test.each([
  [403, 'registry-denied'],
  [405, 'registry-denied'],
  [418, 'registry-answer-invalid'],
])('status %i is %s, and is not asked again', async (status, code) => {
  const repository = await open();
  proxy.fault = () => answer(status);
  await expect(repository.digestOf('one')).rejects.toMatchObject({ code });
  expect(proxy.asked).toHaveLength(1);
});

test('an unknown user is told who was asked for', async () => {
  const repository = await open();
  proxy.fault = () => answer(401, { 'www-authenticate': 'Basic realm="registry"' });
  await expect(repository.digestOf('one')).rejects.toMatchObject({
    code: 'registry-unauthorized',
    words: { expected: `to be let in at ${proxy.host} without credentials` },
  });
});

test('bytes that are not those of the digest are refused', async () => {
  const repository = await open();
  proxy.fault = () => answer(200, { 'docker-content-digest': digest }, '{}');
  await expect(repository.manifest(digest)).rejects.toMatchObject({
    code: 'registry-answer-invalid',
  });
  proxy.fault = () => answer(200, { 'docker-content-digest': 'sha256:short' });
  await expect(repository.digestOf('one')).rejects.toMatchObject({
    code: 'registry-answer-invalid',
  });
});

test('an answer without an end is not read to it', async () => {
  const repository = await open();
  proxy.fault = () => (response) => {
    response.writeHead(200);
    response.on('drain', fill);
    fill();
    function fill(): void {
      while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024))) continue;
    }
  };
  await expect(repository.manifest(digest)).rejects.toMatchObject({
    code: 'registry-answer-invalid',
  });
});

test('a token is not fetched over a network in clear text', async () => {
  const repository = await open();
  const realm = 'Bearer realm="http://tokens.example/token",service="x"';
  proxy.fault = () => answer(401, { 'www-authenticate': realm });
  await expect(repository.digestOf('one')).rejects.toMatchObject({
    code: 'registry-answer-invalid',
  });
});

test('the list of tags is read page by page', async () => {
  const repository = await open();
  const page = (tags: string[], link?: string) =>
    answer(200, link === undefined ? {} : { link }, JSON.stringify({ tags }));
  proxy.fault = ({ url = '' }) =>
    url.includes('last=b')
      ? page(['c'])
      : page(['a', 'b'], '</v2/churn/tags/list?n=2&last=b>; rel="next"');
  expect(await repository.tags()).toEqual(['a', 'b', 'c']);
  proxy.fault = () => page(['a'], '<https://elsewhere.example/v2/>; rel="next"');
  await expect(repository.tags()).rejects.toMatchObject({ code: 'registry-answer-invalid' });
});

test('a promotion that the registry did not take is done when it is asked for again', async () => {
  const repository = await open();
  const before = await pushImage({ host: registry.host, path: 'churn' }, 'zero', { content: '0' });
  await moveStable(repository, before);
  proxy.fault = ({ method, url = '' }) =>
    method === 'PUT' && url.endsWith('/stable') ? answer(500) : undefined;
  await expect(moveStable(repository, digest)).rejects.toMatchObject({ code: 'registry-failed' });
  expect(await readStableTags(repository)).toEqual({ stable: before, previous: before });
  proxy.fault = () => undefined;
  await moveStable(repository, digest);
  expect(await readStableTags(repository)).toEqual({ stable: digest, previous: before });
});
