import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SerinError } from '../../domain/errors.js';
import { toDigest, type Digest } from '../../domain/ids.js';
import { isOnLoopback } from '../../images/registry/address.js';
import { parseImageName } from '../../images/registry/image-name.js';
import type { BuildOrder, CiEngine, RunOrder } from '../ports.js';
import { requireEngine, runEngine } from './run-engine.js';

/** On every container that is ours to remove. */
const label = 'io.serin.ci';

/** Until a container that is asked to stop is killed. */
const stopWithinSeconds = 5;

/** docker or podman, by their common command line. */
export class CommandLineEngine implements CiEngine {
  constructor(
    private readonly program: 'docker' | 'podman',
    private readonly version: string,
  ) {}

  get name(): string {
    return `${this.program} ${this.version}`;
  }

  build({ folder, dockerfile, image, signal, onLine }: BuildOrder): Promise<string> {
    return inTemporaryFolder(async (temporary) => {
      const idFile = path.join(temporary, 'id');
      const file = path.join(folder, dockerfile);
      const args = ['build', '--iidfile', idFile, '--file', file, '--tag', image, folder];
      await requireEngine(this.program, args, `to build ${image}`, { signal, onLine });
      return (await readFile(idFile, 'utf8')).trim();
    });
  }

  async has(imageId: string): Promise<boolean> {
    return (await runEngine(this.program, ['image', 'inspect', imageId])).code === 0;
  }

  push(image: string, signal: AbortSignal): Promise<Digest> {
    const wanted = `to push ${image}`;
    return inTemporaryFolder(async (temporary) => {
      if (this.program === 'docker') {
        const { stdout } = await requireEngine('docker', ['push', image], wanted, { signal });
        return digestIn(/digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1], wanted);
      }
      const file = path.join(temporary, 'digest');
      const args = ['push', ...plainHttp(image), '--digestfile', file, image];
      await requireEngine('podman', args, wanted, { signal });
      return digestIn((await readFile(file, 'utf8')).trim(), wanted);
    });
  }

  async run(order: RunOrder): Promise<void> {
    const { name, image, port, containerPort, env, memory, cpus } = order;
    const variables = Object.entries({ PORT: String(containerPort), ...env });
    const args = [
      ...['run', '--detach', '--name', name, '--label', `${label}=1`],
      ...['--publish', `127.0.0.1:${port}:${containerPort}`],
      ...variables.flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
      ...(memory === undefined ? [] : ['--memory', String(memory)]),
      ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
      ...(this.program === 'podman' ? plainHttp(image) : []),
      image,
    ];
    await this.remove(name);
    await requireEngine(this.program, args, `to run ${image}`);
  }

  async isRunning(container: string): Promise<boolean> {
    return (await this.#inspect(container, '{{.State.Running}}')) === 'true';
  }

  async logs(container: string, lines: number): Promise<readonly string[]> {
    const args = ['logs', '--tail', String(lines), container];
    const heard: string[] = [];
    await runEngine(this.program, args, { onLine: (line) => heard.push(line) });
    return heard.slice(-lines);
  }

  async remove(container: string): Promise<void> {
    const ours = await this.#inspect(container, `{{index .Config.Labels "${label}"}}`);
    if (ours === undefined) return;
    if (ours !== '1') {
      throw new SerinError('engine-failed', {
        expected: `the name ${container} to be free`,
        found: 'a container of somebody else',
        advice: 'Rename or remove it; Serin touches only what it started.',
      });
    }
    const stop = ['stop', '-t', String(stopWithinSeconds), container];
    await runEngine(this.program, stop);
    await requireEngine(this.program, ['rm', '--force', container], `to remove ${container}`);
  }

  /** @returns undefined: there is no such container */
  async #inspect(container: string, format: string): Promise<string | undefined> {
    const args = ['container', 'inspect', '--format', format, container];
    const { code, stdout } = await runEngine(this.program, args);
    return code === 0 ? stdout.trim() : undefined;
  }
}

/** A registry on this machine is asked by HTTP; docker does so by itself, podman has to be told. */
function plainHttp(image: string): readonly string[] {
  return isOnLoopback(parseImageName(image).registry) ? ['--tls-verify=false'] : [];
}

function digestIn(text: string | undefined, wanted: string): Digest {
  if (text !== undefined) return toDigest(text);
  throw new SerinError('engine-failed', { expected: wanted, found: 'no digest in its answer' });
}

async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'serin-ci-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
