import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/serin', import.meta.url));

type Environment = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `serin` with these arguments as a person would, to its end. */
export function runSerin(
  args: readonly string[],
  env: Environment = {},
  folder?: string,
): Promise<Ended> {
  return beginSerin(args, env, folder).ended;
}

/** A `serin` that runs for a while: what it has printed so far, and how it ended. */
export interface Running {
  readonly printed: () => string;
  /** On standard error: how it goes. */
  readonly told: () => string;
  readonly ended: Promise<Ended>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Where it has a terminal. */
  readonly type: (text: string) => void;
}

/** @param folder that it is started in */
export function beginSerin(
  args: readonly string[],
  env: Environment = {},
  folder?: string,
): Running {
  return observed(start(args, env, folder));
}

/**
 * The same on a terminal of its own, by `script` of Debian's bsdutils, which every Debian has.
 * @param columns of the terminal
 */
export function beginSerinOnTerminal(
  args: readonly string[],
  env: Environment,
  [columns, rows]: readonly [number, number],
): Running {
  const { PATH = '', HOME = '' } = process.env;
  const command = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(' ');
  const sized = `stty cols ${columns} rows ${rows}; exec ${command}`;
  return observed(
    spawn('script', ['--quiet', '--return', '--command', sized, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH, HOME, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    }),
  );
}

function observed(child: ChildProcess): Running {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
  }));
  return {
    printed: () => stdout,
    told: () => stderr,
    ended,
    signal: (signal) => void child.kill(signal),
    type: (text) => void child.stdin?.write(text),
  };
}

/** A `serin serve` that runs. */
export class ServingProcess {
  private constructor(
    readonly url: string,
    readonly pid: number,
    private readonly child: ChildProcess,
  ) {}

  /**
   * Starts `serin serve --json` on a free port; resolves when it serves.
   * @param folder that it is started in
   */
  static async start(
    args: readonly string[],
    env: Environment = {},
    folder?: string,
  ): Promise<ServingProcess> {
    const child = start(['serve', '--port', '0', '--json', ...args], env, folder);
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const line = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('\n')) resolve(text);
      });
      child.on('close', (code) => reject(new Error(`it ended with ${code ?? ''}: ${stderr}`)));
    });
    const { url, pid } = JSON.parse(line) as { url: string; pid: number };
    return new ServingProcess(url, pid, child);
  }

  /** Sends a signal and waits for the end; at once where it has ended already. */
  async end(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const closed = once(this.child, 'close');
      this.child.kill(signal);
      await closed;
    }
    return this.child.exitCode;
  }
}

function start(args: readonly string[], env: Environment, folder?: string): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, ...env },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
}
