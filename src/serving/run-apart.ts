import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './runner/child-environment.js';
import { formatMebibytes, watchMemory } from './runner/memory-limit.js';

/** What a process may use until it has answered. */
export interface ApartLimits {
  /** Resident memory, of which the JavaScript heap is a part. */
  readonly memoryBytes: number;
  readonly timeMs: number;
}

/** The answer of a process, or why there is none, in words: `it was ended by SIGSEGV`. */
export type ApartOutcome = { readonly answer: unknown } | { readonly failure: string };

/** Of what a dying process says, the beginning is kept: there Node says of what it died. */
const keptCharacters = 2_000;

/**
 * Has a script answer one question in a process of its own: it is sent the question as a message, and
 * sends its answer as one. Whatever the question makes it do, this process is left alone.
 * @param question, and the answer, are what a structured clone can hold
 * @throws whatever `signal` aborts with
 */
export async function runApart(
  script: URL,
  question: object,
  { memoryBytes, timeMs }: ApartLimits,
  signal?: AbortSignal,
): Promise<ApartOutcome> {
  signal?.throwIfAborted();
  const child = fork(fileURLToPath(script), [], {
    execArgv: [`--max-old-space-size=${Math.ceil(memoryBytes / 2 ** 20)}`, '--no-warnings'],
    env: childEnvironment(),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let why: string | undefined;
  const end = (words: string): void => {
    why ??= words;
    child.kill('SIGKILL');
  };
  const stopWatching = watchMemory(child.pid ?? 0, memoryBytes, (bytes) =>
    end(
      `it used ${formatMebibytes(bytes)} of memory, its limit is ${formatMebibytes(memoryBytes)}`,
    ),
  );
  const deadline = setTimeout(() => end(`it was not done after ${timeMs} ms`), timeMs);
  const giveUp = (): void => end('it was given up');
  signal?.addEventListener('abort', giveUp);
  try {
    // A child that could not be started says why at its end.
    child.send(question, () => undefined);
    const outcome = await outcomeOf(child);
    signal?.throwIfAborted();
    return 'answer' in outcome ? outcome : { failure: why ?? outcome.failure };
  } finally {
    stopWatching();
    clearTimeout(deadline);
    signal?.removeEventListener('abort', giveUp);
    child.kill('SIGKILL');
  }
}

function outcomeOf(child: ChildProcess): Promise<ApartOutcome> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, keptCharacters);
  });
  return new Promise((resolve) => {
    child.once('message', (answer) => resolve({ answer }));
    child.once('error', ({ message }) => resolve({ failure: message }));
    // "close" comes after "exit", when everything that it wrote has been read.
    child.once('close', (code, signal) => {
      const how = signal === null ? `it ended with code ${code ?? 0}` : `it was ended by ${signal}`;
      const last = lastWords(said);
      resolve({ failure: last === '' ? how : `${how}: ${last}` });
    });
  });
}

/** The line that names the error, not the stack below it. */
function lastWords(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => /^(?:\w*Error\b|FATAL ERROR)/.test(line)) ??
    lines.find((line) => line !== '') ??
    ''
  );
}
