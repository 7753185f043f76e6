import { createHash } from 'node:crypto';
import path from 'node:path';
import { SerinError } from '../../domain/errors.js';
import type { LaunchedVersion } from '../../domain/version.js';
import type { ContainerEngine } from '../../images/engine/engine.js';
import type { FaultInjector } from '../faults.js';
import { HttpUpstream, defaultHttpUpstreamOptions } from '../http-upstream/http-upstream.js';
import { realClock } from '../runner/clock.js';
import { ContainerStarter } from './container-starter.js';
import { LaunchRecords } from './launch-records.js';
import { LaunchedUpstream } from './launched-upstream.js';
import { PortsOfModels } from './ports-of-models.js';
import { ProcessStarter, runningOf } from './process-starter.js';
import type { ServerStarter } from './running-server.js';
import { SupervisedServer, type ServerStatus } from './supervised-server.js';

export interface LaunchSettings {
  readonly dataFolder: string;
  /** Whether commands and images may be run on this machine. */
  readonly allowCommands: boolean;
  readonly requestTimeoutMs: number;
  readonly startDeadlineMs: number;
}

export interface LaunchedServersOptions {
  /** Finds the container engine; asked only where there are containers. */
  readonly engine: () => Promise<ContainerEngine>;
  /** Draws from 0 to 1. */
  readonly random: () => number;
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface LaunchedArm {
  readonly upstream: LaunchedUpstream;
  readonly crash: () => void;
}

/** The HTTP servers that Serin starts itself, and those that an earlier Serin left. */
export class LaunchedServers {
  readonly #records: LaunchRecords;
  readonly #ports: PortsOfModels;
  /** Names of those that run, or are being started, in this Serin's care. */
  readonly #held = new Set<string>();

  constructor(
    private readonly settings: LaunchSettings,
    private readonly options: LaunchedServersOptions,
  ) {
    this.#records = new LaunchRecords(path.join(settings.dataFolder, 'launched'));
    this.#ports = new PortsOfModels(this.#records);
  }

  /**
   * Starts a version's server, or takes it up, and resolves when it is healthy.
   * @throws SerinError `commands-not-allowed`, `launch-failed`, `address-in-use`, and what an engine
   * throws
   */
  async launch(version: LaunchedVersion, faults: FaultInjector): Promise<LaunchedArm> {
    const { allowCommands, requestTimeoutMs, startDeadlineMs } = this.settings;
    if (!allowCommands) {
      throw new SerinError('commands-not-allowed', { found: `version ${version.version}` });
    }
    const name = `${version.model}@${version.version}`;
    this.#held.add(name);
    const facts = { model: version.model, version: version.version };
    const server = new SupervisedServer(await this.#starterOf(name, version), {
      health: version.launch.health,
      warmUp: version.launch.warmUp,
      startDeadlineMs,
      clock: realClock,
      random: this.options.random,
      onChange: (status: ServerStatus) => {
        if (status.state === 'closed' || status.state === 'failed') this.#held.delete(name);
        this.options.log('launched server changed', { ...facts, ...status });
      },
    });
    await server.start();
    const http = new HttpUpstream({ ...facts, kind: 'http', url: server.url }, faults, {
      ...defaultHttpUpstreamOptions,
      requestTimeoutMs,
    });
    await http.lookNow();
    return { upstream: new LaunchedUpstream(version, server, http), crash: () => server.kill() };
  }

  /** Stops what an earlier Serin started and nothing of this one has taken up. */
  async stopLeftOvers(): Promise<void> {
    for (const name of await this.#records.names()) {
      if (this.#held.has(name)) continue;
      this.options.log('stops what an earlier Serin left', { name });
      await this.#stopLeftOver(name);
      await this.#records.remove(name);
    }
  }

  async #starterOf(name: string, version: LaunchedVersion): Promise<ServerStarter> {
    switch (version.kind) {
      case 'process':
        return new ProcessStarter(name, version.launch, this.#records, this.#ports);
      case 'container': {
        const owner = this.#owner();
        const container = `${owner}-${version.model}-${version.version}`;
        const place = { name, container, owner };
        const engine = await this.#engine(name);
        return new ContainerStarter(place, version.launch, engine, this.#records, this.#ports);
      }
    }
  }

  async #stopLeftOver(name: string): Promise<void> {
    const record = await this.#records.read(name);
    if (record?.container !== undefined) {
      const engine = await this.options.engine();
      await engine.remove(record.container);
      return;
    }
    const running = record && (await runningOf(name, record, this.#records));
    await running?.stop();
  }

  async #engine(name: string): Promise<ContainerEngine> {
    try {
      return await this.options.engine();
    } catch (thrown) {
      this.#held.delete(name);
      throw thrown;
    }
  }

  /** Two Serins of one machine differ in their data folders. */
  #owner(): string {
    const folder = path.resolve(this.settings.dataFolder);
    return `serin-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
  }
}
