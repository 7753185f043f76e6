import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { failureCount, load } from './load.js';
import { describeMachine, machineInWords } from './machine.js';
import { table, writeResults } from './results.js';
import { startSerin, waitUntil, type SerinServer } from './serin.js';

/** Kills the canary's runner again and again under full load, and counts who notices. */

const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    weight: { type: 'string', default: '50' },
    connections: { type: 'string', default: '32' },
    healthy: { type: 'string', default: '10.5' },
    'at-most': { type: 'string', default: '600' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/serving/kill.js [flags]

Sends SIGKILL to the canary's runner while wrk loads Serin, and writes bench/results/serving-kill.md
and .json: how many requests had no good answer, and how many stable answered for the canary.

  --kills N         (20)
  --weight PERCENT  of the canary (50)
  --connections N   requests at a time (32)
  --healthy S       the canary answers for so long before the next kill (10.5: it is started again
                    at once only when it was healthy for 10 s; with less, it backs off longer)
  --at-most S       after this no more kills are made (600)

It ends with 1 when a request failed, or a kill was not made or not followed by a restart.`);
} else {
  await main();
}

async function main(): Promise<void> {
  const settings = {
    kills: Number(flags.kills),
    weightPercent: Number(flags.weight),
    connections: Number(flags.connections),
    healthySeconds: Number(flags.healthy),
    atMostSeconds: Number(flags['at-most']),
  };
  const untilMs = performance.now() + settings.atMostSeconds * 1000;
  const machine = describeMachine();
  const serin = await startSerin();
  try {
    await serin.deployCanary(settings.weightPercent);
    const loads = loadUntilStopped(serin.url, settings.connections);
    const outages: number[] = [];
    for (let kill = 1; kill <= settings.kills && performance.now() < untilMs; kill++) {
      await wait(settings.healthySeconds * 1000);
      outages.push(await killCanary(serin));
      console.error(`kill ${kill}: ready again after ${outages.at(-1)?.toFixed(0)} ms`);
    }
    await wait(1000);
    const load = await loads.stop();
    const { stable, canary, fallbacks } = await serin.status();
    const outcome = {
      ...load,
      kills: outages.length,
      stable: stable?.requests ?? 0,
      canary: canary?.requests ?? 0,
      canaryFailures: canary?.failures ?? 0,
      fallbacks,
      restarts: canary?.process?.restarts ?? 0,
      longestOutageMs: Math.max(...outages),
    };
    const text = [
      "# The canary's runner killed under load",
      `\`node dist/bench/serving/kill.js\`: SIGKILL to the runner of a canary at ${flags.weight}%, ${flags.kills} times, ${flags.healthy} s after it was ready again, while ${flags.connections} connections of wrk predict as fast as they are answered.`,
      machineInWords(machine),
      outcomeTable(outcome),
    ];
    writeResults('serving-kill', `${text.join('\n\n')}\n`, { machine, settings, outcome });
    const isComplete = outcome.kills === settings.kills && outcome.restarts === settings.kills;
    if (outcome.failed > 0 || !isComplete) process.exitCode = 1;
  } finally {
    await serin.stop();
  }
}

interface LoadSoFar {
  readonly requests: number;
  /** No answer, a status of 400 or above, or no answer within 2 s. */
  readonly failed: number;
  readonly seconds: number;
}

interface Outcome extends LoadSoFar {
  /** That were made. */
  readonly kills: number;
  readonly stable: number;
  readonly canary: number;
  readonly canaryFailures: number;
  readonly fallbacks: number;
  readonly restarts: number;
  readonly longestOutageMs: number;
}

/** One run of wrk after the other, because one has to know beforehand how long it takes. */
function loadUntilStopped(
  url: string,
  connections: number,
): { readonly stop: () => Promise<LoadSoFar> } {
  const stopping = new AbortController();
  const finished = (async (): Promise<LoadSoFar> => {
    let [requests, failed, seconds] = [0, 0, 0];
    while (!stopping.signal.aborted) {
      const result = await load(url, 5, connections);
      requests += result.requests;
      failed += failureCount(result.failures);
      seconds += result.seconds;
    }
    return { requests, failed, seconds };
  })();
  return {
    stop: () => {
      stopping.abort();
      return finished;
    },
  };
}

/** @returns milliseconds until another runner was ready */
async function killCanary(serin: SerinServer): Promise<number> {
  const pid = (await serin.status()).canary?.process?.pid;
  if (typeof pid !== 'number') throw new Error('the canary has no runner to kill');
  process.kill(pid, 'SIGKILL');
  const killedAtMs = performance.now();
  await waitUntil(async () => {
    const { canary } = await serin.status();
    return canary?.ready === true && canary.process?.pid !== pid;
  });
  return performance.now() - killedAtMs;
}

function outcomeTable(outcome: Outcome): string {
  const { kills, requests, failed, seconds, stable, canary, fallbacks } = outcome;
  return table(
    ['', ''],
    [
      ['kills / restarts', `${kills} / ${outcome.restarts}`],
      ['requests', `${requests} in ${seconds.toFixed(0)} s`],
      ['requests without an answer of status 200', String(failed)],
      ['requests that stable was asked', String(stable)],
      ['requests that the canary was asked', String(canary)],
      ['of these, the canary did not answer', String(outcome.canaryFailures)],
      ['and stable answered', String(fallbacks)],
      ['longest time until the canary was ready again', `${outcome.longestOutageMs.toFixed(0)} ms`],
    ],
  );
}
