import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SerinError } from '../../domain/errors.js';

export interface EngineRun {
  readonly signal?: AbortSignal | undefined;
  /** Told of every line on either output, as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** What an engine said. */
export interface EngineAnswer {
  readonly code: number;
  readonly stdout: string;
  /** The last lines of both outputs, in the order in which they came. */
  readonly lastWords: readonly string[];
}

const wordsKept = 15;

/**
 * Runs a container engine's program to its end.
 * @throws SerinError `engine-missing` where it cannot be run; whatever `signal` aborts with
 */
export function runEngine(
  program: string,
  args: readonly string[],
  { signal, onLine }: EngineRun = {},
): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    const lastWords: string[] = [];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
    const hear = (line: string): void => {
      if (line.trim() === '') return;
      lastWords.push(line.trimEnd());
      if (lastWords.length > wordsKept) lastWords.shift();
      onLine?.(line.trimEnd());
    };
    for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', hear);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.on('error', (cause) => {
      const reason: unknown = signal?.reason;
      if (signal?.aborted === true) reject(reason instanceof Error ? reason : cause);
      else reject(new SerinError('engine-missing', { found: cause.message, cause }));
    });
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, lastWords }));
  });
}

/**
 * The same, where anything but success is an error.
 * @param wanted what it is asked for, in words: "to build ghcr.io/team/churn:1"
 * @throws SerinError `engine-failed` with its last words
 */
export async function requireEngine(
  program: string,
  args: readonly string[],
  wanted: string,
  run: EngineRun = {},
): Promise<EngineAnswer> {
  const answer = await runEngine(program, args, run);
  if (answer.code === 0) return answer;
  const { code, lastWords } = answer;
  throw new SerinError('engine-failed', {
    expected: wanted,
    found: `code ${code} of ${program} ${args[0] ?? ''}: ${lastWords.slice(-3).join(' | ')}`,
    fields: { program, code, lastWords },
  });
}
