import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { table, writeResults } from '../serving/results.js';
import { peakMemoryMib } from './peak-memory.js';
import { fleetNames, SimulatedFleet } from './simulated-fleet.js';

/**
 * Many rollouts in one controller, put together as the server does, down to the router and the SQLite
 * logs; only the arms are simulated: requests are drawn instead of answered.
 */

/** What is promised; more than this ends with exit code 1. */
const limits = { cores: 1, peakMib: 1024, rollBackMs: 50 };

const { values: flags } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '10' },
    'roll-backs': { type: 'string', default: '200' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/rollout/thousand.js [flags]

Runs rollouts side by side in one controller and writes bench/results/rollout-thousand.md and .json:
the CPU and memory that they take, and the time from a decision to roll back to a weight of zero.
Ends with 1 beyond ${limits.cores} core, a peak of ${limits.peakMib} MiB, or ${limits.rollBackMs} ms.

  --rollouts N     side by side (1000)
  --seconds S      of measurement (60)
  --rate N         requests a second of each model (10)
  --roll-backs N   timed, one after the other, while the others go on (200)`);
} else {
  await main();
}

async function main(): Promise<void> {
  const rollouts = Number(flags.rollouts);
  const seconds = Number(flags.seconds);
  const rate = Number(flags.rate);
  const machine = describeMachine();
  const folder = mkdtempSync(path.join(tmpdir(), 'serin-bench-'));
  const names = fleetNames(rollouts);
  const fleet = new SimulatedFleet(path.join(folder, 'data'), names, rate);
  try {
    await fleet.start();
    fleet.run();
    await wait(5_000);
    fleet.takeCounts();
    console.error(`${rollouts} rollouts go on`);
    const cpu = process.cpuUsage();
    const beganAt = performance.now();
    await wait(seconds * 1000);
    const tookMs = performance.now() - beganAt;
    const { user, system } = process.cpuUsage(cpu);
    const cores = (user + system) / 1000 / tookMs;
    const residentMib = process.memoryUsage().rss / 2 ** 20;
    const { advanced, rolledBack, ended } = fleet.takeCounts();
    const delays: number[] = [];
    for (const name of names) {
      if (delays.length === Number(flags['roll-backs'])) break;
      const delay = await fleet.rollBack(name);
      if (delay !== undefined) delays.push(delay);
      await wait(10);
    }
    delays.sort((a, b) => a - b);
    const peakMib = peakMemoryMib();
    const at = (q: number): number => delays[Math.ceil(q * delays.length) - 1] ?? NaN;
    const outcome = {
      rollouts,
      requestsPerSecond: rollouts * rate,
      seconds,
      advanced,
      rolledBack,
      ended,
      cores,
      residentMib,
      peakMib,
      rollBackMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
    };
    const rows = [
      ['rollouts side by side', String(rollouts)],
      ['requests judged a second', String(outcome.requestsPerSecond)],
      [`steps that rollouts went on to in ${seconds} s`, String(advanced)],
      ['rolled back by the judge meanwhile, and begun anew', String(rolledBack)],
      ['ended otherwise', String(ended)],
      [`cores (at most ${limits.cores}), drawing the requests included`, cores.toFixed(2)],
      [`resident memory after these ${seconds} s`, `${residentMib.toFixed(0)} MiB`],
      [
        `its peak, from the start to the last roll-back (at most ${limits.peakMib} MiB)`,
        `${peakMib.toFixed(0)} MiB`,
      ],
      ['from the decision to roll back to weight 0: median', `${at(0.5).toFixed(2)} ms`],
      [
        `the same, slowest of ${delays.length} (at most ${limits.rollBackMs} ms)`,
        `${at(1).toFixed(2)} ms`,
      ],
    ];
    writeResults(
      'rollout-thousand',
      `# A thousand rollouts in one controller

\`node dist/bench/rollout/thousand.js\`: the production controller, judge, timelines and SQLite log; the arms are simulated. Every judge is asked once a second, and what it knows is saved every five.

${machineInWords(machine)}

${table(['', ''], rows)}
`,
      { machine, limits, ...outcome },
    );
    const beyond = [
      ...(cores > limits.cores ? [`${cores.toFixed(2)} cores`] : []),
      ...(peakMib > limits.peakMib ? [`a peak of ${peakMib.toFixed(0)} MiB`] : []),
      ...(advanced >= rollouts ? [] : [`only ${advanced} steps of ${rollouts} rollouts`]),
      ...(delays.length > 0 ? [] : ['no roll-back at all']),
      // Without a roll-back the slowest is not a number, and nothing was shown.
      ...(at(1) <= limits.rollBackMs ? [] : [`a roll-back of ${at(1).toFixed(2)} ms`]),
    ];
    if (beyond.length > 0) {
      console.error(`Beyond the limits: ${beyond.join(', ')}.`);
      process.exitCode = 1;
    }
  } finally {
    await fleet.close();
    rmSync(folder, { recursive: true });
  }
}
