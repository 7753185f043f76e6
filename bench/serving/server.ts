import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A server process under measurement. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

const startDeadlineMs = 60_000;

/**
 * Starts a server, and waits until it answers a prediction.
 * @param argsFor its arguments for the port that was chosen
 * @throws Error when it ends, or does not answer within a minute
 */
export async function startServer(
  command: string,
  argsFor: (port: string) => readonly string[],
): Promise<Server> {
  const port = await freePort();
  const child = spawn(command, argsFor(port), { stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  const ended = once(child, 'exit');
  try {
    await Promise.race([
      firstAnswer(url),
      ended.then(() => refuse(`${command} ended at its start`)),
    ]);
  } catch (thrown) {
    child.kill('SIGKILL');
    throw thrown;
  }
  return { url, pid: child.pid ?? 0, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? String(address.port) : refuse('no port');
}

async function firstAnswer(url: string): Promise<void> {
  const untilMs = performance.now() + startDeadlineMs;
  while (performance.now() < untilMs) {
    if (await answers(url)) return;
    await wait(100);
  }
  refuse(`${url} did not answer within ${startDeadlineMs} ms`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"features":[0.5,1.2,0.8,0.3,1.1]}',
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // It does not listen yet.
  }
}

function refuse(message: string): never {
  throw new Error(message);
}
