import { randomUUID } from 'node:crypto';
import { SerinError } from '../../domain/errors.js';
import type { ContainerLaunch } from '../../domain/launch.js';
import type { ContainerEngine } from '../../images/engine/engine.js';
import type { LaunchRecords } from './launch-records.js';
import type { PortsOfModels } from './ports-of-models.js';
import type { RunningServer, ServerStarter } from './running-server.js';
import { startedContainer } from './started-container.js';

export interface ContainerPlace {
  /** Of the version, in the records. */
  readonly name: string;
  /** Of its container. */
  readonly container: string;
  /** Whose containers these are, so that two Serins of one machine do not stop each other's. */
  readonly owner: string;
}

/** Starts a version's container; its engine keeps it, whatever becomes of this process. */
export class ContainerStarter implements ServerStarter {
  #port: number | undefined;

  constructor(
    private readonly place: ContainerPlace,
    private readonly launch: ContainerLaunch,
    private readonly engine: ContainerEngine,
    private readonly records: LaunchRecords,
    private readonly ports: PortsOfModels,
  ) {}

  get port(): number {
    return this.#port ?? this.launch.port ?? 0;
  }

  async takeUp(): Promise<RunningServer | undefined> {
    const { name, container } = this.place;
    const record = await this.records.read(name);
    const state = record === undefined ? undefined : await this.engine.look(container);
    if (record === undefined || state?.isRunning !== true) return undefined;
    this.#port = record.port;
    return startedContainer(this.engine, container, state, this.launch.memoryBytes);
  }

  async start(signal: AbortSignal): Promise<RunningServer> {
    const { name, container, owner } = this.place;
    const { image, containerPort, env, memoryBytes, cpus } = this.launch;
    // What is left of this version under its name would hold the port.
    await this.engine.remove(container);
    const port = (this.#port = await this.ports.take(name, this.port));
    await this.records.write(name, { id: randomUUID(), port, container });
    if (!(await this.engine.has(image))) await this.engine.pull(image, signal);
    const order = { name: container, image, port, containerPort, env, cpus, owner };
    await this.engine.run({ ...order, memory: memoryBytes });
    const state = await this.engine.look(container);
    if (state === undefined) {
      const found = 'that it was removed at once';
      throw new SerinError('launch-failed', { expected: `container ${container}`, found });
    }
    return startedContainer(this.engine, container, state, memoryBytes);
  }

  async forget(): Promise<void> {
    await this.engine.remove(this.place.container);
    await this.records.remove(this.place.name);
  }
}
