import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { SerinError } from '../../domain/errors.js';
import { askCredentialHelper } from './credential-helper.js';
import { dockerHub, type ImageName } from './image-name.js';

/** How somebody signs in at a registry. Never written to a log or an error. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Traded for access tokens, instead of a password. */
  | { readonly kind: 'identity-token'; readonly token: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Where podman keeps sign-ins of those who have no runtime folder of their own, as root and CI have none. */
const sharedRuntimeFolder = '/run/containers';

/**
 * Who to be at the registry of an image: as the environment says (REGISTRY_USERNAME and
 * REGISTRY_PASSWORD, for the registry that REGISTRY names and for no other), else as `docker login`
 * or `podman login` left it.
 * @returns undefined: nobody
 * @throws SerinError `registry-credentials-invalid` for a file that is there and cannot be read
 */
export async function findCredentials(
  image: ImageName,
  env: Environment = process.env,
  runtimeFolder = sharedRuntimeFolder,
): Promise<Credentials | undefined> {
  const ofEnvironment = credentialsOfEnvironment(image, env);
  if (ofEnvironment !== undefined) return ofEnvironment;
  for (const file of loginFiles(env, runtimeFolder)) {
    const found = await credentialsIn(file, image, env);
    if (found !== undefined) return found;
  }
  return undefined;
}

function credentialsOfEnvironment(
  { registry }: ImageName,
  { REGISTRY = '', REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password }: Environment,
): Credentials | undefined {
  if (username === undefined || password === undefined) return undefined;
  // A password meant for one registry must not reach another.
  const [host = ''] = plainAddress(REGISTRY).split('/');
  return host === registry ? { kind: 'password', username, password } : undefined;
}

/** Docker's own before those that podman writes. */
function loginFiles(env: Environment, runtimeFolder: string): readonly string[] {
  const { DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, HOME = homedir() } = env;
  const { XDG_CONFIG_HOME = path.join(HOME, '.config') } = env;
  return [
    ...(REGISTRY_AUTH_FILE === undefined ? [] : [REGISTRY_AUTH_FILE]),
    path.join(DOCKER_CONFIG ?? path.join(HOME, '.docker'), 'config.json'),
    XDG_RUNTIME_DIR === undefined
      ? path.join(runtimeFolder, String(userInfo().uid), 'auth.json')
      : path.join(XDG_RUNTIME_DIR, 'containers', 'auth.json'),
    // Where it keeps them on systems that have neither.
    path.join(XDG_CONFIG_HOME, 'containers', 'auth.json'),
  ];
}

/** So much of docker's config.json as sign-ins need. */
interface LoginFile {
  readonly auths?: Readonly<Record<string, { auth?: string; identitytoken?: string }>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

async function credentialsIn(
  file: string,
  image: ImageName,
  env: Environment,
): Promise<Credentials | undefined> {
  const login = await readLoginFile(file);
  if (login === undefined) return undefined;
  const helper = entryFor(image, login.credHelpers ?? {})?.value ?? login.credsStore;
  const stored = entryFor(image, login.auths ?? {});
  if (helper !== undefined) {
    const server = stored?.key ?? (image.registry === dockerHub ? hubKey : image.registry);
    const found = await askCredentialHelper(helper, server, env);
    if (found !== undefined) return found;
  }
  const { auth, identitytoken } = stored?.value ?? {};
  if (identitytoken !== undefined && identitytoken !== '') {
    return { kind: 'identity-token', token: identitytoken };
  }
  return auth === undefined || auth === '' ? undefined : passwordIn(auth, file);
}

/** The address under which docker keeps the sign-in at its own registry. */
const hubKey = 'https://index.docker.io/v1/';

async function readLoginFile(file: string): Promise<LoginFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new SerinError('registry-credentials-invalid', {
      expected: `to read ${file}`,
      found: code,
      cause,
    });
  }
  try {
    return JSON.parse(text) as LoginFile;
  } catch {
    // Without a cause: the parser quotes what it read, and secrets stand in this file.
    throw new SerinError('registry-credentials-invalid', {
      expected: `JSON in ${file}`,
      found: 'something else',
    });
  }
}

/** The entry for the repository itself, else for a path above it, else for its registry. */
function entryFor<T>(
  { registry, repository }: ImageName,
  entries: Readonly<Record<string, T>>,
): { readonly key: string; readonly value: T } | undefined {
  const parts = [registry, ...repository.split('/')];
  for (let length = parts.length; length > 0; length -= 1) {
    const wanted = parts.slice(0, length).join('/');
    const found = Object.entries(entries).find(([key]) => plainAddress(key) === wanted);
    if (found !== undefined) return { key: found[0], value: found[1] };
  }
  return undefined;
}

function plainAddress(address: string): string {
  const plain = address.replace(/^https?:\/\//, '').replace(/(?:\/v[12])?\/*$/, '');
  return plain.replace(/^(?:index|registry-1)\.docker\.io/, dockerHub);
}

function passwordIn(auth: string, file: string): Credentials {
  const [, username, password] =
    /^([^:]+):([^]+)$/.exec(Buffer.from(auth, 'base64').toString('utf8')) ?? [];
  if (username === undefined || password === undefined) {
    throw new SerinError('registry-credentials-invalid', {
      expected: `"auth" in ${file} to be user:password in Base64`,
      found: 'something else',
    });
  }
  return { kind: 'password', username, password };
}
