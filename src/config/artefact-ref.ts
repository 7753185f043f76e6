import type { ProcessLaunch } from '../domain/launch.js';
import type { ArtefactRef } from '../rollout/strategy/strategy.js';
import { defaults } from './defaults.js';
import type { SerinFile } from './schema.js';
import { size } from './units.js';

type Artefact = SerinFile['stable'];
type Process = Extract<Artefact, { process: string[] }>;
type Image = Extract<Artefact, { image: string }>;

/** What stands for an arm in a checked file, as a strategy has it. */
export function artefactRef(artefact: Artefact): ArtefactRef {
  if (typeof artefact === 'object') {
    return 'process' in artefact
      ? { kind: 'process', launch: processLaunch(artefact) }
      : imageRef(artefact);
  }
  if (artefact.startsWith('image:')) return imageRef({ image: artefact.slice(6).trim() });
  return /^https?:\/\//.test(artefact)
    ? { kind: 'http', url: artefact }
    : { kind: 'path', path: artefact };
}

function processLaunch({ process, cwd, ...server }: Process): ProcessLaunch {
  return { command: process, ...serverLaunch(server), ...(cwd === undefined ? {} : { cwd }) };
}

function imageRef({ image, containerPort, memory, cpus, ...server }: Image): ArtefactRef {
  const launch = {
    ...serverLaunch(server),
    containerPort: containerPort ?? defaults.containerPort,
    ...(memory === undefined ? {} : { memoryBytes: size.read(memory) }),
    ...(cpus === undefined ? {} : { cpus }),
  };
  return { kind: 'image', image, launch };
}

type Server = Pick<Process, 'port' | 'health' | 'env' | 'warmUp'>;

function serverLaunch({ port, health, env = {}, warmUp }: Server) {
  return {
    ...(port === undefined ? {} : { port }),
    ...(health === undefined ? {} : { health }),
    ...(warmUp === undefined ? {} : { warmUp }),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
  };
}
