import { setTimeout as wait } from 'node:timers/promises';
import { SerinError } from '../../domain/errors.js';
import type { RunningServer } from './running-server.js';

const lookEveryMs = 100;
const answerWithinMs = 2_000;
const linesShown = 5;

export interface HealthOrder {
  readonly port: number;
  /** Undefined: `/health`, where there is one. */
  readonly path: string | undefined;
  readonly deadlineMs: number;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
}

/**
 * Waits until a server says that it is healthy, by a status from 200 to 299.
 * @throws SerinError `launch-failed` when it ends before, or is not healthy in time; with what it
 * wrote last
 */
export async function untilHealthy(server: RunningServer, order: HealthOrder): Promise<void> {
  const url = `http://127.0.0.1:${order.port}${order.path ?? '/health'}`;
  const untilMs = performance.now() + order.deadlineMs;
  let end: string | undefined;
  void server.ended.then((reason) => {
    end = reason;
  });
  for (;;) {
    const seen = await look(url, order);
    order.signal.throwIfAborted();
    // What answers after its end is another server, which had its port before.
    if (end !== undefined) throw await notHealthy(server, order, url, end);
    if (seen === undefined) return;
    if (performance.now() >= untilMs) throw await notHealthy(server, order, url, seen);
    await Promise.race([server.ended, wait(lookEveryMs)]);
  }
}

/** @returns why it is not healthy; undefined when it is */
async function look(url: string, { path, signal }: HealthOrder): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    await response.body?.cancel();
    const isThere = response.ok || (path === undefined && response.status === 404);
    return isThere ? undefined : `status ${response.status}`;
  } catch (thrown) {
    const { cause, message } = thrown as Error;
    return cause instanceof Error ? cause.message : message;
  }
}

async function notHealthy(
  server: RunningServer,
  { deadlineMs }: HealthOrder,
  url: string,
  seen: string,
): Promise<SerinError> {
  const lines = (await server.lastLines()).slice(-linesShown);
  const said = lines.length === 0 ? '; it wrote nothing' : `; its last words: ${lines.join(' / ')}`;
  return new SerinError('launch-failed', {
    expected: `${server.name} to answer 2xx at ${url} within ${deadlineMs / 1000} s`,
    found: seen + said,
  });
}
