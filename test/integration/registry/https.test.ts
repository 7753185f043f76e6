import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Digest } from '../../../src/domain/ids.js';
import { parseImageName } from '../../../src/images/registry/image-name.js';
import { openRepository, type Repository } from '../../../src/images/registry/registry.js';
import { newFolder } from '../running-server.js';
import { pushImage } from './push-image.js';
import { RegistryUnderTest } from './registry-under-test.js';

const name = 'registry.example';
const folder = newFolder();
const certificate = join(folder, 'cert.pem');
const key = join(folder, 'key.pem');

let registry: RegistryUnderTest;
let pushed: Digest;
beforeAll(async () => {
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const files = ['-keyout', key, '-out', certificate];
  const how = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
  execFileSync('openssl', [...how, ...files], { stdio: 'ignore' });
  registry = await RegistryUnderTest.start();
  pushed = await pushImage({ host: registry.host, path: 'churn' }, 'one', { content: 'one' });
  await registry.vanish();
  registry.tls = { certificate, key };
  await registry.listen();
});
afterAll(() => registry.vanish());

const usual = getGlobalDispatcher();
afterEach(() => setGlobalDispatcher(usual));

/** The registry under a name that is not of this machine, as it would be anywhere else. */
async function open(trusted?: string): Promise<Repository> {
  const toLoopback: LookupFunction = (_, options, tell) => {
    if (options.all === true) tell(null, [{ address: '127.0.0.1', family: 4 }]);
    else tell(null, '127.0.0.1', 4);
  };
  const ca = trusted === undefined ? {} : { ca: readFileSync(trusted) };
  setGlobalDispatcher(new Agent({ connect: { lookup: toLoopback, ...ca } }));
  const port = registry.host.split(':')[1] ?? '';
  const patience = { pause: () => Promise.resolve() };
  return openRepository(parseImageName(`${name}:${port}/churn`), { credentials: null, patience });
}

test('a registry that is not on this machine is asked by HTTPS', async () => {
  const repository = await open(certificate);
  expect(await repository.digestOf('one')).toBe(pushed);
  await repository.put('two', await repository.manifest(pushed));
  expect(await repository.digestOf('two')).toBe(pushed);
});

test('one whose certificate nobody vouches for is not trusted, and it is said why', async () => {
  const asking = open().then((repository) => repository.digestOf('one'));
  await expect(asking).rejects.toMatchObject({
    code: 'registry-unreachable',
    message: expect.stringMatching(/SELF_SIGNED|certificate/i) as string,
  });
});
