import { setTimeout as sleep } from 'node:timers/promises';
import { SerinError, toSerinError } from '../../domain/errors.js';
import type { StateClient } from './state-client.js';

const lookEveryMs = 10;
/** A master lets its old workers take clients for 100 ms beside the new ones. */
const steadyForMs = 150;

/**
 * Resolves when a configuration is in force in every worker that takes clients.
 * @param complaint what NGINX wrote since it was told; a complaint ends the wait
 * @throws SerinError `nginx-reload-failed` after the deadline; what `complaint` gives
 */
export async function waitUntilInForce(
  client: StateClient,
  generation: string,
  deadlineMs: number,
  complaint: () => Promise<Error | undefined>,
): Promise<void> {
  const until = performance.now() + deadlineMs;
  let steadySince: number | undefined;
  let lastSeen = 'no answer';
  while (performance.now() < until) {
    const seen = await generationOf(client);
    lastSeen = seen;
    if (seen !== generation) steadySince = undefined;
    else steadySince ??= performance.now();
    if (steadySince !== undefined && performance.now() - steadySince >= steadyForMs) return;
    const complained = await complaint();
    if (complained !== undefined) throw complained;
    await sleep(lookEveryMs);
  }
  throw new SerinError('nginx-reload-failed', {
    expected: `configuration ${generation} in force within ${deadlineMs} ms`,
    found: lastSeen,
  });
}

/** Which configuration takes clients; undefined where nobody says. */
export async function generationInForce(client: StateClient): Promise<string | undefined> {
  try {
    return (await client.read()).generation;
  } catch {
    // Nothing serves yet, or what does cannot be read: it gets its configuration.
    return undefined;
  }
}

/** Or why there is none: while it starts nobody answers, and the deadline says when that is an error. */
async function generationOf(client: StateClient): Promise<string> {
  try {
    return (await client.read()).generation;
  } catch (thrown) {
    return toSerinError(thrown).message;
  }
}
