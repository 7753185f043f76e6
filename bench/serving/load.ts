import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { repositoryFile } from './repository-file.js';

/** What wrk counted in one run. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: LoadFailures;
}

/** Requests without a good answer: `status` counts 400 and above, `timeout` 2 s without an answer. */
export interface LoadFailures {
  readonly connect: number;
  readonly read: number;
  readonly write: number;
  readonly status: number;
  readonly timeout: number;
}

const script = fileURLToPath(repositoryFile('bench/serving/predict.lua'));

/**
 * Sends one row after the other over each connection, as fast as they are answered, from one thread
 * of wrk.
 * @param body what is sent; by default a row of five features
 * @throws Error when wrk is missing, fails, or goes on for a minute longer than it should
 */
export async function load(
  url: string,
  seconds: number,
  connections: number,
  body?: string,
): Promise<LoadResult> {
  const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script];
  const more = body === undefined ? [] : ['--', body];
  const { stdout } = await run([...flags, `${url}/predict`, ...more], seconds);
  const line = stdout.trim().split('\n').at(-1) ?? '';
  const { requests, seconds: took, p50Ms, p99Ms, ...failures } = JSON.parse(line) as Summary;
  return { requests, seconds: took, p50Ms, p99Ms, failures };
}

/** All failures of a run. */
export function failureCount({ connect, read, write, status, timeout }: LoadFailures): number {
  return connect + read + write + status + timeout;
}

type Summary = Omit<LoadResult, 'failures'> & LoadFailures;

async function run(args: string[], seconds: number): Promise<{ stdout: string }> {
  try {
    return await promisify(execFile)('wrk', args, { timeout: (seconds + 60) * 1000 });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw thrown;
    throw new Error("wrk is not installed (Debian's package: wrk)", { cause: thrown });
  }
}
