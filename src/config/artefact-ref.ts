import type { ProcessLaunch } from '../domain/launch.js';
import type { ArtefactRef } from '../rollout/strategy/strategy.js';
import type { SerinFile } from './schema.js';

type Artefact = SerinFile['stable'];
type Process = Extract<Artefact, { process: string[] }>;

/** What stands for an arm in a checked file, as a strategy has it. */
export function artefactRef(artefact: Artefact): ArtefactRef {
  if (typeof artefact === 'object') {
    return 'process' in artefact
      ? { kind: 'process', launch: processLaunch(artefact) }
      : { kind: 'image', image: artefact.image };
  }
  if (artefact.startsWith('image:')) return { kind: 'image', image: artefact.slice(6).trim() };
  return /^https?:\/\//.test(artefact)
    ? { kind: 'http', url: artefact }
    : { kind: 'path', path: artefact };
}

function processLaunch({ process, port, health, env, cwd }: Process): ProcessLaunch {
  return {
    command: process,
    ...(port === undefined ? {} : { port }),
    ...(health === undefined ? {} : { health }),
    env: textsOf(env ?? {}),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

function textsOf(env: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}
