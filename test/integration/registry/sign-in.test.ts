import { execFileSync } from 'node:child_process';
import { createSign, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findCredentials, type Credentials } from '../../../src/images/registry/credentials.js';
import { parseImageName } from '../../../src/images/registry/image-name.js';
import { openRepository, type Repository } from '../../../src/images/registry/registry.js';
import { newFolder } from '../running-server.js';
import { pushImage } from './push-image.js';
import { RegistryUnderTest } from './registry-under-test.js';

const password: Credentials = { kind: 'password', username: 'ci', password: 'correct horse' };

function open(registry: RegistryUnderTest, credentials: Credentials | null): Promise<Repository> {
  const pause = (): Promise<void> => Promise.resolve();
  return openRepository(parseImageName(`${registry.host}/churn`), {
    credentials,
    patience: { pause },
  });
}

test('with user and password, as docker login left them', async () => {
  const file = join(newFolder(), 'htpasswd');
  // bcrypt of "correct horse", the only form that the registry takes.
  writeFileSync(file, 'ci:$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e\n');
  const registry = await RegistryUnderTest.start({ htpasswd: { realm: 'test', path: file } });
  const auth = Buffer.from('ci:correct horse').toString('base64');
  const home = newFolder();
  mkdirSync(join(home, '.docker'));
  const login = { auths: { [`http://${registry.host}/v2/`]: { auth } } };
  writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify(login));
  try {
    const image = parseImageName(`${registry.host}/churn`);
    const found = await findCredentials(image, { HOME: home });
    expect(found).toEqual(password);
    const repository = await open(registry, found ?? null);
    expect(await repository.digestOf('one')).toBeUndefined();
    const place = { host: registry.host, path: 'churn', authorization: `Basic ${auth}` };
    const digest = await pushImage(place, 'one', { content: 'one' });
    await repository.put('two', await repository.manifest(digest));
    expect(await repository.digestOf('two')).toBe(digest);
    const wrong: Credentials = { kind: 'password', username: 'ci', password: 'wrong' };
    for (const credentials of [wrong, null]) {
      const refused = await open(registry, credentials);
      const thrown: unknown = await refused.digestOf('one').catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: 'registry-unauthorized' });
      expect(JSON.stringify(thrown)).not.toContain('wrong');
    }
  } finally {
    await registry.vanish();
  }
});

/** Hands out tokens that the real registry checks, as Docker Hub and GHCR do. */
class TokenServer {
  readonly asked: string[] = [];
  /** Those that the registry takes no more are handed out, too. */
  secondsValid = 60;

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
  ) {}

  static async start(): Promise<TokenServer> {
    const folder = newFolder();
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', join(folder, 'key.pem')];
    const certificate = ['-out', join(folder, 'cert.pem'), '-days', '2', '-subj', '/CN=tokens'];
    execFileSync('openssl', ['req', '-x509', ...key, ...certificate], { stdio: 'ignore' });
    const server = createServer();
    const tokens = new TokenServer(server, folder);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const answered = tokens.#answer(request.url ?? '', request.headers.authorization, body);
        response.statusCode = answered === undefined ? 401 : 200;
        response.end(JSON.stringify(answered ?? {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return tokens;
  }

  get auth(): object {
    const { port } = this.server.address() as AddressInfo;
    const realm = `http://127.0.0.1:${port}/token`;
    const rootcertbundle = join(this.folder, 'cert.pem');
    return { token: { realm, service: 'registry', issuer: 'tests', rootcertbundle } };
  }

  close(): Promise<unknown> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  #answer(address: string, authorization: string | undefined, body: string): object | undefined {
    const { searchParams } = new URL(address, 'http://tokens');
    const form = new URLSearchParams(body);
    const scope = searchParams.get('scope') ?? form.get('scope') ?? '';
    this.asked.push(scope);
    const [, basic = ''] = /^Basic (.*)$/.exec(authorization ?? '') ?? [];
    const isUser = Buffer.from(basic, 'base64').toString() === 'ci:correct horse';
    if (form.get('refresh_token') === 'identity') return { access_token: this.#token(scope) };
    if (authorization !== undefined && !isUser) return undefined;
    // Whoever does not sign in may read.
    return { token: this.#token(isUser ? scope : scope.replace(/:[^:]*$/, ':pull')) };
  }

  #token(scope: string): string {
    const [type = '', name = '', actions = ''] = scope.split(':');
    const certificate = new X509Certificate(readFileSync(join(this.folder, 'cert.pem')));
    const now = Math.floor(Date.now() / 1000);
    const part = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = { typ: 'JWT', alg: 'RS256', x5c: [certificate.raw.toString('base64')] };
    const claims = {
      iss: 'tests',
      aud: 'registry',
      sub: 'ci',
      jti: String(this.asked.length),
      iat: now - 10,
      nbf: now - 10,
      // The registry allows a minute for clocks that differ.
      exp: now + this.secondsValid,
      access: [{ type, name, actions: actions.split(',') }],
    };
    const signed = `${part(head)}.${part(claims)}`;
    const key = readFileSync(join(this.folder, 'key.pem'));
    return `${signed}.${createSign('sha256').update(signed).sign(key, 'base64url')}`;
  }
}

let tokens: TokenServer;
let registry: RegistryUnderTest;
beforeAll(async () => {
  tokens = await TokenServer.start();
  registry = await RegistryUnderTest.start(tokens.auth);
});
afterEach(() => {
  tokens.secondsValid = 60;
});
afterAll(async () => {
  await registry.vanish();
  await tokens.close();
});

test('with a token, of which one is fetched for reading and another for writing', async () => {
  const repository = await open(registry, password);
  expect(await repository.digestOf('one')).toBeUndefined();
  expect(await repository.digestOf('two')).toBeUndefined();
  const bytes = Buffer.from('{"schemaVersion":2}');
  const manifest = { digest: 'sha256:x' as never, mediaType: 'application/json', bytes };
  // The registry lets it in, and then finds that it is no manifest.
  await expect(repository.put('one', manifest)).rejects.toMatchObject({
    words: { found: expect.stringContaining('MANIFEST_INVALID') as string },
  });
  expect(tokens.asked).toEqual(['repository:churn:pull', 'repository:churn:pull,push']);
});

test('with an identity token in place of a password', async () => {
  const repository = await open(registry, { kind: 'identity-token', token: 'identity' });
  expect(await repository.digestOf('one')).toBeUndefined();
});

test('a token that has run out is fetched anew', async () => {
  tokens.asked.length = 0;
  const repository = await open(registry, password);
  tokens.secondsValid = -3600;
  await expect(repository.digestOf('one')).rejects.toMatchObject({ code: 'registry-unauthorized' });
  tokens.secondsValid = 60;
  expect(await repository.digestOf('one')).toBeUndefined();
  expect(tokens.asked).toHaveLength(2);
});

test('who may only read is told so when it writes; who is unknown is let in nowhere', async () => {
  const reader = await open(registry, null);
  expect(await reader.tags()).toEqual([]);
  const manifest = {
    digest: 'x' as never,
    mediaType: 'application/json',
    bytes: Buffer.from('{}'),
  };
  await expect(reader.put('one', manifest)).rejects.toMatchObject({
    code: 'registry-unauthorized',
  });
  const stranger = await open(registry, { kind: 'password', username: 'ci', password: 'wrong' });
  await expect(stranger.tags()).rejects.toMatchObject({ code: 'registry-unauthorized' });
});
