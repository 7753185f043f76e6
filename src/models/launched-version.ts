import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ModelName, VersionName } from '../domain/ids.js';
import {
  identityOfContainer,
  identityOfProcess,
  type ContainerLaunch,
  type ProcessLaunch,
} from '../domain/launch.js';
import type { ContainerVersion, ProcessVersion } from '../domain/version.js';

/** The version that a command is: program, arguments, environment and folder. */
export function processVersion(model: ModelName, launch: ProcessLaunch): ProcessVersion {
  const version = named(programOf(launch.command), identityOfProcess(launch));
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
  const [known = ''] = (name.split('/').at(-1) ?? '').split('@');
  // A tag that moves on to the next image says nothing of this one.
  const readable = known.replace(/:(stable|stable-previous|latest)$/, '').replace(':', '-');
  const version = named(readable, identityOfContainer(launch));
  return { kind: 'container', model, version, launch };
}

/** `app.js-1f0c9a7e`: what a person knows it by, and what tells it from others. */
function named(name: string, identity: string): VersionName {
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 8);
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
