import { spawn } from 'node:child_process';

export interface Ended {
  /** -1 where it could not be started, or took too long. */
  readonly code: number;
  /** What it wrote on both outputs. */
  readonly output: string;
}

/** What is written before the end is read within this. */
const lastWordsMs = 2_000;

/**
 * Runs a program to its end.
 * @param args its arguments; `undefined`: `program` is a line for the shell
 */
export function runProgram(
  program: string,
  args: readonly string[] | undefined,
  { cwd, timeoutMs = 20_000 }: { readonly cwd?: string; readonly timeoutMs?: number } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args ?? [], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: args === undefined,
      timeout: timeoutMs,
      ...(cwd === undefined ? {} : { cwd }),
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    child.on('error', ({ message }) => resolve({ code: -1, output: message }));
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
    // Should something that it started keep its outputs open, `close` would never come.
    child.on('exit', (code) => {
      setTimeout(() => resolve({ code: code ?? -1, output }), lastWordsMs).unref();
    });
  });
}
