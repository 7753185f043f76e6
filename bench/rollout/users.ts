/**
 * Users of a model: `fork('users.js', [URL, CONNECTIONS, MEAN_PAUSE_MS])`. Each connection asks for a
 * prediction, waits for the answer and then for a random time. A process of its own, so that it shares no event
 * loop with the server. Tells its parent what it has counted whenever it is sent anything.
 */
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Random } from '../../src/stats/random.js';

/** What users have met since the start. */
export interface UsersCount {
  readonly requests: number;
  /** Requests that were answered with another status than 200, or not at all. */
  readonly failed: number;
}

const [, , url = '', connections = '1', meanPauseMs = '0', rowsText = '[]'] = process.argv;
const { hostname, port } = new URL(url);
const rows = JSON.parse(rowsText) as readonly (readonly number[])[];
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const random = new Random(1);
let requests = 0;
let failed = 0;

process.on('message', () => process.send?.({ requests, failed } satisfies UsersCount));
process.on('disconnect', () => process.exit(0));
for (let i = 0; i < Number(connections); i++) void askForEver();

async function askForEver(): Promise<void> {
  for (;;) {
    const features = rows[Math.floor(random.uniform() * rows.length)];
    const isAnswered = await ask(JSON.stringify({ features }));
    requests++;
    if (!isAnswered) failed++;
    await wait(-Math.log(1 - random.uniform()) * Number(meanPauseMs));
  }
}

function ask(body: string): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const asked = request({ hostname, port, path: '/predict', method: 'POST', agent, headers });
    asked.on('response', (answer) => {
      answer.resume();
      answer.on('close', () => resolve(answer.complete && answer.statusCode === 200));
    });
    asked.on('error', () => resolve(false));
    asked.end(body);
  });
}
