import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { SerinError } from '../../domain/errors.js';
import type { ProcessLaunch } from '../../domain/launch.js';
import type { LaunchRecord, LaunchRecords } from './launch-records.js';
import { markOfStart, processWithMark, startOf } from './process-start.js';
import type { PortsOfModels } from './ports-of-models.js';
import type { RunningServer, ServerStarter } from './running-server.js';
import { endOfStranger, signalGroup, startedProcess } from './started-process.js';

/**
 * Starts a version's process: detached, so that it goes on when this one is killed; with its log in
 * a file; and recorded before there is one, so that none is ever lost.
 */
export class ProcessStarter implements ServerStarter {
  #port: number | undefined;

  /** @param name of the version, in the records */
  constructor(
    private readonly name: string,
    private readonly launch: ProcessLaunch,
    private readonly records: LaunchRecords,
    private readonly ports: PortsOfModels,
  ) {}

  get port(): number {
    return this.#port ?? this.launch.port ?? 0;
  }

  async takeUp(): Promise<RunningServer | undefined> {
    const record = await this.records.read(this.name);
    if (record === undefined) return undefined;
    const running = await runningOf(this.name, record, this.records);
    if (running === undefined) return undefined;
    this.#port = record.port;
    return running;
  }

  async start(): Promise<RunningServer> {
    const port = (this.#port = await this.ports.take(this.name, this.port));
    const id = randomUUID();
    await this.records.write(this.name, { id, port });
    const logFile = this.records.logFile(this.name);
    const { pid, ended } = await this.#spawn(logFile, { PORT: String(port), [markOfStart]: id });
    if (pid === undefined) throw this.#notStarted(await ended);
    const start = await startOf(pid);
    // One that has ended already says why in its log; there is nothing to find again.
    if (start !== undefined)
      await this.records.write(this.name, { id, port, process: { pid, start } });
    return startedProcess({ pid, logFile }, ended);
  }

  forget(): Promise<void> {
    return this.records.remove(this.name);
  }

  async #spawn(
    logFile: string,
    more: Readonly<Record<string, string>>,
  ): Promise<{ readonly pid: number | undefined; readonly ended: Promise<string> }> {
    const [program = '', ...args] = this.launch.command;
    await mkdir(path.dirname(logFile), { recursive: true, mode: 0o700 });
    const log = await open(logFile, 'a', 0o600);
    try {
      const child = spawn(program, args, {
        cwd: this.launch.cwd,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        env: { ...ownEnvironment(), ...this.launch.env, ...more },
      });
      child.unref();
      // Listened to before anything else is waited for: an end that nobody hears is an exception.
      return { pid: child.pid, ended: endOf(child) };
    } finally {
      await log.close();
    }
  }

  #notStarted(found: string): SerinError {
    const { command, cwd } = this.launch;
    const where = cwd === undefined ? '' : ` in ${cwd}`;
    return new SerinError('launch-failed', {
      expected: `${JSON.stringify(command.join(' '))} to start${where}`,
      found,
    });
  }
}

/** The process of a record, where it still runs. */
export async function runningOf(
  name: string,
  record: LaunchRecord,
  records: LaunchRecords,
): Promise<RunningServer | undefined> {
  const pid = record.process?.pid ?? (await processWithMark(record.id));
  const start = pid === undefined ? undefined : await startOf(pid);
  if (pid === undefined || start === undefined) return undefined;
  // The number may be another process's by now, which is none of Serin's business.
  if (record.process !== undefined && record.process.start !== start) return undefined;
  const facts = { pid, logFile: records.logFile(name) };
  return startedProcess(facts, endOfStranger(pid, start));
}

/** Everything that this process has, but for the token: an app has no business with it. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment['SERIN_ADMIN_TOKEN'];
  return environment;
}

/** The end of the process itself; what it left behind in its group ends with it. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      resolve(code === null ? `it was ended by ${signal ?? 'a signal'}` : `exit code ${code}`);
    });
  });
}
