import { spawn } from 'node:child_process';
import { SerinError } from '../../domain/errors.js';
import type { Credentials } from './credentials.js';

/** A helper may ask a person for a password of a key ring; a pipeline has none. */
const patienceMs = 30_000;

/** What helpers say where they know nothing of a server. */
const nothingKnown = /not found/i;

/**
 * Asks one of docker's credential helpers: a program `docker-credential-<name>` that keeps secrets
 * where this system keeps them.
 * Source of the protocol: docker-credential-helpers, `get`.
 * @param server as docker names it: a host, or `https://index.docker.io/v1/`
 * @returns undefined: it knows nothing of this server
 * @throws SerinError `registry-credentials-invalid`
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) throw failed(program, 'a name with other letters');
  const { code, output } = await run(program, server, env);
  if (code !== 0) {
    if (nothingKnown.test(output)) return undefined;
    throw failed(program, code === undefined ? output : `code ${code}`);
  }
  return readAnswer(program, output);
}

function readAnswer(program: string, output: string): Credentials {
  let answer: { readonly Username?: unknown; readonly Secret?: unknown };
  try {
    answer = JSON.parse(output) as typeof answer;
  } catch {
    // Without a cause: what was read holds the secret.
    throw failed(program, 'an answer that is no JSON');
  }
  const { Username: username, Secret: secret } = answer;
  if (typeof username !== 'string' || typeof secret !== 'string') {
    throw failed(program, 'an answer without Username and Secret');
  }
  return username === '<token>'
    ? { kind: 'identity-token', token: secret }
    : { kind: 'password', username, password: secret };
}

/** @returns with code undefined and a reason where it could not be run */
function run(
  program: string,
  input: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly code: number | undefined; readonly output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, ['get'], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: patienceMs,
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', ({ message }) => resolve({ code: undefined, output: message }));
    child.on('close', (code) => {
      const late = `no answer within ${patienceMs / 1000} s`;
      resolve(code === null ? { code: undefined, output: late } : { code, output });
    });
    // It may end without reading; how it ended says why.
    child.stdin.on('error', () => undefined).end(input);
  });
}

function failed(program: string, found: string): SerinError {
  return new SerinError('registry-credentials-invalid', {
    expected: `credentials from ${program}`,
    found,
  });
}
