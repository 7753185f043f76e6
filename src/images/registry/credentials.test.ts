import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { findCredentials, type Credentials } from './credentials.js';
import { parseImageName } from './image-name.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'serin-login-'));
  mkdirSync(join(home, '.docker'));
});

function login(content: object | string): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(home, '.docker', 'config.json'), text);
}

function find(image: string, env: Record<string, string> = {}): Promise<Credentials | undefined> {
  return findCredentials(parseImageName(image), { HOME: home, PATH: home, ...env });
}

const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
const as = (username: string, password: string): Credentials => ({
  kind: 'password',
  username,
  password,
});

/** Who signed in, the file in which podman keeps it then, and the variables that say so. */
const podmanFiles: [string, string, Record<string, string>][] = [
  ['by somebody with a session', 'own/containers/auth.json', { XDG_RUNTIME_DIR: 'own' }],
  ['by root or in CI', `run/${userInfo().uid}/auth.json`, {}],
  ['not on Linux', '.config/containers/auth.json', {}],
  ['where REGISTRY_AUTH_FILE says', 'mine.json', { REGISTRY_AUTH_FILE: 'mine.json' }],
];

describe('credentials for a registry', () => {
  test('are those of docker login, for this registry and for no other', async () => {
    login({
      auths: { 'https://index.docker.io/v1/': auth('hub:a:b'), 'ghcr.io': auth('someone:secret') },
    });
    expect(await find('churn')).toEqual(as('hub', 'a:b'));
    expect(await find('ghcr.io/team/churn')).toEqual(as('someone', 'secret'));
    expect(await find('ghcr.io:443/team/churn')).toBeUndefined();
    expect(await find('registry.example/churn')).toBeUndefined();
  });

  test('are those of the path that is nearest to the repository', async () => {
    login({ auths: { 'x.example': auth('all:1'), 'x.example/team': auth('team:2') } });
    expect(await find('x.example/team/churn')).toEqual(as('team', '2'));
    expect(await find('x.example/teams/churn')).toEqual(as('all', '1'));
  });

  test.each(podmanFiles)('are those of podman login, %s', async (_, file, env) => {
    const folder = join(home, file, '..');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(home, file), JSON.stringify({ auths: { 'x.example': auth('pod:3') } }));
    const places = Object.entries(env).map(([name, place]) => [name, join(home, place)]);
    const all = { HOME: home, ...(Object.fromEntries(places) as Record<string, string>) };
    const found = findCredentials(parseImageName('x.example/churn'), all, join(home, 'run'));
    expect(await found).toEqual(as('pod', '3'));
  });

  test('may be an identity token', async () => {
    login({ auths: { 'x.example': { auth: '', identitytoken: 'abc' } } });
    expect(await find('x.example/churn')).toEqual({ kind: 'identity-token', token: 'abc' });
  });

  test('of the environment count for the registry that REGISTRY names only', async () => {
    const env = { REGISTRY_USERNAME: 'ci', REGISTRY_PASSWORD: 'secret' };
    expect(await find('x.example/churn', { ...env, REGISTRY: 'x.example/team' })).toEqual(
      as('ci', 'secret'),
    );
    expect(await find('y.example/churn', { ...env, REGISTRY: 'x.example' })).toBeUndefined();
    expect(await find('x.example/churn', env)).toBeUndefined();
  });

  test('are asked of the helper that docker is told to use', async () => {
    login({ auths: {}, credHelpers: { 'x.example': 'kept' }, credsStore: 'other' });
    const helper = join(home, 'docker-credential-kept');
    // cat and grep are not on this PATH: the shell alone answers.
    const script =
      'read server || true\ncase "$server" in x.example) echo \'{"Username":"u","Secret":"p"}\';; *) echo "credentials not found"; exit 1;; esac';
    writeFileSync(helper, `#!/bin/sh\n${script}\n`);
    chmodSync(helper, 0o755);
    expect(await find('x.example/churn')).toEqual(as('u', 'p'));
    login({ credsStore: 'kept' });
    expect(await find('y.example/churn')).toBeUndefined();
    login({ credsStore: 'missing' });
    await expect(find('x.example/churn')).rejects.toMatchObject({
      code: 'registry-credentials-invalid',
    });
  });

  test.each([
    ['{"auths": {"x.example": {"auth": "c2VjcmV0', 'no JSON'],
    ['{"auths": {"x.example": {"auth": "c2VjcmV0"}}}', 'no user and password'],
    ['{"auths": []}', 'no such entry'],
    ['[]', 'no object'],
  ])('a file with %s never shows what is in it', async (text) => {
    login(text);
    const thrown: unknown = await find('x.example/churn').catch((error: unknown) => error);
    expect(`${String(thrown)} ${JSON.stringify(thrown)}`).not.toMatch(/c2VjcmV0|secret/);
  });

  test('are none where nobody signed in', async () => {
    expect(await find('x.example/churn')).toBeUndefined();
  });
});
