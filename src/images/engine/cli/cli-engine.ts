import path from 'node:path';
import { SerinError } from '../../../domain/errors.js';
import { toDigest, type Digest } from '../../../domain/ids.js';
import type { BuildOrder, ContainerEngine, ContainerState, RunOrder } from '../engine.js';
import { readContainerState, type Inspected } from './container-state.js';
import type { EngineProgram } from './engine-program.js';
import { failureOf, runProgram, type Environment, type ProgramEnd } from './run-program.js';

/** Whose container it is. */
const ownerLabel = 'io.serin.owner';
const nobodyInParticular = 'serin';

/** For everything but builds, pushes and pulls: an engine that takes longer hangs. */
const answerWithinMs = 120_000;

/** Between the request to end and the end by force, of a container that is removed. */
const graceOfRemovalMs = 10_000;

/** Docker or podman, by their command lines, which are nearly one. */
export class CliEngine implements ContainerEngine {
  constructor(
    readonly name: string,
    private readonly engine: EngineProgram,
    /** Of containers; `host`: they share this machine's, and their ports are its ports. */
    private readonly network: 'published' | 'host',
    /** Of the engine itself: where it keeps its images and its settings. */
    private readonly env: Environment,
  ) {}

  async build(order: BuildOrder): Promise<string> {
    const { folder, dockerfile, image, labels = {}, buildArgs = [], ...watch } = order;
    const labelled = Object.entries(labels).flatMap(([key, value]) => [
      '--label',
      `${key}=${value}`,
    ]);
    const context = path.resolve(folder);
    const file = path.resolve(context, dockerfile);
    const args = buildArgs.flatMap((arg) => ['--build-arg', arg]);
    const named = ['build', '--tag', image, '--file', file];
    await this.#succeed([...named, ...labelled, ...args, context], watch);
    const id = await this.idOf(image);
    if (id === undefined) throw this.#missing(`image ${image}, which was just built`);
    return id;
  }

  push(image: string, signal: AbortSignal): Promise<Digest> {
    return this.engine.push(image, (args) => this.#succeed(['push', ...args], { signal }));
  }

  async pull(image: string, signal: AbortSignal): Promise<void> {
    await this.#succeed(['pull', ...this.engine.registryFlags(image), image], { signal });
  }

  async idOf(image: string): Promise<Digest | undefined> {
    const args = ['image', 'inspect', '--format', '{{.Id}}', image];
    const { code, stdout } = await this.#run(args);
    // Podman leaves out what docker writes before it.
    return code === 0 ? toDigest(`sha256:${stdout.trim().replace(/^sha256:/, '')}`) : undefined;
  }

  async has(image: string): Promise<boolean> {
    return (await this.idOf(image)) !== undefined;
  }

  async run(order: RunOrder): Promise<void> {
    await this.remove(order.name);
    const { image, env, memory, cpus, owner = nobodyInParticular } = order;
    await this.#succeed([
      'run',
      '--detach',
      // An image that is not on this machine is fetched first.
      ...this.engine.registryFlags(image),
      ...['--name', order.name],
      ...['--label', `${ownerLabel}=${owner}`],
      ...['--security-opt', 'no-new-privileges'],
      ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ...this.#portOptions(order),
      ...(memory === undefined ? [] : ['--memory', `${memory}b`]),
      ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
      image,
    ]);
  }

  look(container: string): Promise<ContainerState | undefined> {
    return this.#inspect(container);
  }

  async isRunning(container: string): Promise<boolean> {
    return (await this.#inspect(container))?.isRunning === true;
  }

  async logs(container: string, lines: number): Promise<readonly string[]> {
    const { code, stdout, stderr } = await this.#run(['logs', '--tail', String(lines), container]);
    if (code !== 0) return [];
    return `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  }

  async stop(container: string, graceMs: number): Promise<void> {
    const state = await this.#own(container);
    if (state?.isRunning !== true) return;
    const seconds = String(Math.ceil(graceMs / 1000));
    await this.#succeed(['stop', '--time', seconds, container]);
  }

  async kill(container: string): Promise<void> {
    const state = await this.#own(container);
    if (state?.isRunning === true) await this.#succeed(['kill', '--signal', 'KILL', container]);
  }

  async remove(container: string): Promise<void> {
    await this.stop(container, graceOfRemovalMs);
    if ((await this.#own(container)) === undefined) return;
    await this.#succeed(['rm', '--force', container]);
  }

  async containersOf(owner: string): Promise<readonly string[]> {
    const filter = `label=${ownerLabel}=${owner}`;
    const format = '{{.Names}}';
    const { stdout } = await this.#succeed(['ps', '--all', '--filter', filter, '--format', format]);
    return stdout.split('\n').filter((name) => name !== '');
  }

  #portOptions({ port, containerPort }: RunOrder): string[] {
    return this.network === 'host'
      ? // There is nothing between: the app has to listen where it is looked for.
        ['--network', 'host', '--env', `PORT=${port}`]
      : ['--publish', `127.0.0.1:${port}:${containerPort}`, '--env', `PORT=${containerPort}`];
  }

  /** @throws SerinError `engine-failed` for a container that is not Serin's */
  async #own(container: string): Promise<Inspected | undefined> {
    const inspected = await this.#inspect(container);
    if (inspected === undefined || inspected.labels[ownerLabel] !== undefined) return inspected;
    throw new SerinError('engine-failed', {
      expected: `container ${container} to be one that Serin started`,
      found: 'one without its label',
      advice: 'Serin touches no container of others: rename or remove it.',
    });
  }

  async #inspect(container: string): Promise<Inspected | undefined> {
    const { code, stdout, stderr } = await this.#run(['container', 'inspect', container]);
    if (code === 0) return readContainerState(stdout);
    if (/no such container/i.test(stderr)) return undefined;
    throw failureOf(this.engine.program, ['inspect'], `exit code ${code}`, stderr);
  }

  async #succeed(args: readonly string[], watch: Watch = {}): Promise<ProgramEnd> {
    const end = await this.#run(args, watch);
    if (end.code === 0) return end;
    throw failureOf(this.engine.program, args, `exit code ${end.code}`, end.stderr);
  }

  #run(args: readonly string[], watch: Watch = {}): Promise<ProgramEnd> {
    const { signal = AbortSignal.timeout(answerWithinMs), onLine } = watch;
    return runProgram({
      program: this.engine.program,
      args,
      env: this.env,
      signal,
      ...(onLine === undefined ? {} : { onLine }),
    });
  }

  #missing(found: string): SerinError {
    return new SerinError('engine-failed', {
      expected: `${this.engine.program} to have ${found}`,
      found: 'none',
    });
  }
}

interface Watch {
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}
