import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ModelName, VersionName } from '../domain/ids.js';
import type { ContainerLaunch, ProcessLaunch } from '../domain/launch.js';
import type { ContainerVersion, ProcessVersion } from '../domain/version.js';

/**
 * The version that a command is. Serin cannot see what a program will read once it runs, so that the
 * version is what it is told: program, arguments, environment and folder. Where it listens, and how
 * it says that it is ready, makes no other version of it.
 */
export function processVersion(model: ModelName, launch: ProcessLaunch): ProcessVersion {
  const { command, env, cwd = '' } = launch;
  const version = named(programOf(command), [command, sorted(env), cwd]);
  return { kind: 'process', model, version, launch };
}

/**
 * The version that an image is, with what its container is given and may use.
 * @param name of the image as people know it: `registry.example/churn:2`
 * @param launch with the image by its digest or id
 */
export function containerVersion(
  model: ModelName,
  name: string,
  launch: ContainerLaunch,
): ContainerVersion {
  const { image, containerPort, env, memoryBytes = 0, cpus = 0 } = launch;
  const [known = ''] = (name.split('/').at(-1) ?? '').split('@');
  const identity = [image, containerPort, sorted(env), memoryBytes, cpus];
  return { kind: 'container', model, version: named(known.replace(':', '-'), identity), launch };
}

/** `app.js-1f0c9a7e`: what a person knows it by, and what tells it from others. */
function named(name: string, identity: unknown): VersionName {
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 8);
  const readable = name.replace(/[^A-Za-z0-9._-]/g, '').replace(/^[^A-Za-z0-9]+/, '');
  return `${readable === '' ? 'launched' : readable.slice(0, 64)}-${hash}` as VersionName;
}

/** `node app.js --fast` is app.js: the first argument that is no option names what an interpreter runs. */
function programOf([program = '', ...args]: readonly string[]): string {
  const isInterpreter = /^(node|python[\d.]*|ruby|deno|bun|java|sh|bash)$/.test(
    path.basename(program),
  );
  const script = isInterpreter ? args.find((arg) => !arg.startsWith('-')) : undefined;
  return path.basename(script ?? program);
}

function sorted(env: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
}
