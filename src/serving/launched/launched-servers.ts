import path from 'node:path';
import { SerinError } from '../../domain/errors.js';
import type { ProcessVersion } from '../../domain/version.js';
import type { FaultInjector } from '../faults.js';
import { HttpUpstream, defaultHttpUpstreamOptions } from '../http-upstream/http-upstream.js';
import { realClock } from '../runner/clock.js';
import { LaunchRecords } from './launch-records.js';
import { LaunchedUpstream } from './launched-upstream.js';
import { ProcessStarter, runningOf } from './process-starter.js';
import { SupervisedServer, type ServerStatus } from './supervised-server.js';

export interface LaunchSettings {
  readonly dataFolder: string;
  /** Whether commands may be run on this machine. */
  readonly allowCommands: boolean;
  readonly requestTimeoutMs: number;
  readonly startDeadlineMs: number;
}

export interface LaunchedArm {
  readonly upstream: LaunchedUpstream;
  readonly crash: () => void;
}

/** The HTTP servers that Serin starts itself, and those that an earlier Serin left. */
export class LaunchedServers {
  readonly #records: LaunchRecords;
  /** Names of those that run, or are being started, in this Serin's care. */
  readonly #held = new Set<string>();

  constructor(
    private readonly settings: LaunchSettings,
    private readonly random: () => number,
    private readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void,
  ) {
    this.#records = new LaunchRecords(path.join(settings.dataFolder, 'launched'));
  }

  /**
   * Starts a version's server, or takes it up, and resolves when it is healthy.
   * @throws SerinError `commands-not-allowed`, `launch-failed`, `address-in-use`
   */
  async launch(version: ProcessVersion, faults: FaultInjector): Promise<LaunchedArm> {
    const { allowCommands, requestTimeoutMs, startDeadlineMs } = this.settings;
    const { launch } = version;
    if (!allowCommands) {
      throw new SerinError('commands-not-allowed', {
        found: `the process ${JSON.stringify(launch.command.join(' '))}`,
      });
    }
    const name = `${version.model}@${version.version}`;
    const starter = new ProcessStarter(name, launch, this.#records);
    const facts = { model: version.model, version: version.version };
    const server = new SupervisedServer(starter, {
      health: launch.health,
      startDeadlineMs,
      clock: realClock,
      random: this.random,
      onChange: (status: ServerStatus) => {
        if (status.state === 'closed' || status.state === 'failed') this.#held.delete(name);
        this.log('launched server changed', { ...facts, ...status });
      },
    });
    this.#held.add(name);
    await server.start();
    const http = new HttpUpstream(
      { ...facts, kind: 'http', url: `http://127.0.0.1:${starter.port}` },
      faults,
      { ...defaultHttpUpstreamOptions, requestTimeoutMs },
    );
    await http.lookNow();
    return { upstream: new LaunchedUpstream(version, server, http), crash: () => server.kill() };
  }

  /** Stops what an earlier Serin started and nothing of this one has taken up. */
  async stopLeftOvers(): Promise<void> {
    for (const name of await this.#records.names()) {
      if (this.#held.has(name)) continue;
      const record = await this.#records.read(name);
      const running =
        record === undefined ? undefined : await runningOf(name, record, this.#records);
      if (running !== undefined) {
        this.log('stops what an earlier Serin left', { name, process: running.name });
        await running.stop();
      }
      await this.#records.remove(name);
    }
  }
}
