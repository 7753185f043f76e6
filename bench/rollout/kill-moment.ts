import { setTimeout as wait } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import type { RolloutBody, RolloutEventBody } from '../../src/api/contract/rollouts.js';
import type { Random } from '../../src/stats/random.js';
import type { KillableServer } from './killable-server.js';

/** When a server is killed: at the beginning of a phase, or at any time of the rollout. */
export type KillMoment = RolloutBody['phase'] | 'any time';

/** Two rounds of effects: what a phase begins with is under way, or just done. */
const aroundPhaseMs = 30;
/** A rollout takes some times as long. */
const anyTimeMs = 4_000;

/** Resolves when the moment has come: some milliseconds after the event that began the phase. */
export async function killMoment(
  on: KillableServer,
  id: string,
  moment: KillMoment,
  random: Random,
): Promise<void> {
  if (moment === 'any time') {
    await wait(random.uniform() * anyTimeMs);
    return;
  }
  await phaseBegins(on, id, moment);
  await wait(random.uniform() * aroundPhaseMs);
}

/** Also where the phase is over already: a rollout does not come back to it. */
async function phaseBegins(on: KillableServer, id: string, phase: string): Promise<void> {
  const leaving = new AbortController();
  const response = await fetch(`${on.url}/api/v1/rollouts/${id}/follow`, {
    signal: leaving.signal,
  });
  const seen = new Set<string>();
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'event') seen.add((JSON.parse(data) as RolloutEventBody).phase);
    },
  });
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body ?? []) {
      parser.feed(decoder.decode(bytes as Uint8Array, { stream: true }));
      if (seen.has(phase)) return;
    }
    throw new Error(`rollout ${id} ended without the phase ${phase}`);
  } finally {
    leaving.abort();
  }
}
