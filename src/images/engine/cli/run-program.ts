import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { SerinError } from '../../../domain/errors.js';
import { lastWords } from './last-words.js';

/** Of what a program prints, so much is kept: more than any answer that is read has. */
const keptCharacters = 1024 * 1024;

export interface ProgramEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProgramOrder {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** Ends the program when it aborts. */
  readonly signal: AbortSignal;
  /** Is told of every line, of both streams. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end.
 * @throws SerinError `engine-failed` when it cannot be started or was not let finish
 */
export function runProgram({
  program,
  args,
  env,
  signal,
  onLine,
}: ProgramOrder): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Podman's monitor of a container writes a file where it was started.
      cwd: tmpdir(),
      env,
      signal,
    });
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[name] }).on('line', (line) => {
        printed[name] = `${printed[name]}${line}\n`.slice(-keptCharacters);
        onLine?.(line);
      });
    }
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const found = signal.aborted ? 'that it was stopped' : (cause.code ?? cause.message);
      reject(new SerinError('engine-failed', { expected: wanted(program, args), found, cause }));
    });
    child.on('close', (code, by) => {
      if (code !== null) resolve({ code, ...printed });
      else reject(failureOf(program, args, `it was ended by ${by ?? 'a signal'}`, printed.stderr));
    });
  });
}

/** What a program's end with another code than 0 means. */
export function failureOf(
  program: string,
  args: readonly string[],
  end: string,
  stderr: string,
): SerinError {
  const said = lastWords(stderr);
  return new SerinError('engine-failed', {
    expected: wanted(program, args),
    found: said === '' ? end : `${end}: ${said}`,
  });
}

/** The command without its settings, some of which are the user's environment. */
function wanted(program: string, args: readonly string[]): string {
  return `${program} ${args[0] ?? ''} to succeed`;
}
