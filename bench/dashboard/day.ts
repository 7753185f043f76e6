import { parseArgs } from 'node:util';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { table, writeResults } from '../serving/results.js';
import { watchDay, type Day } from './watched-day.js';

/** One tab that is open for a day: what it holds, whether it falls behind, how smooth it stays. */

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '86400' },
    slice: { type: 'string', default: '100' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/dashboard/day.js [flags]

Watches a rollout of a real server in one tab of Chromium while a day of points, one a second, and of
events goes through the server's timeline and its event stream, faster than in real time. Writes
bench/results/dashboard-day.md and .json.

  --seconds N   of the rollout (86400)
  --slice N     points before the page must show the last of them (100)`);
} else {
  const machine = describeMachine();
  const day = await watchDay({
    seconds: Number(flags.seconds),
    slice: Number(flags.slice),
    onProgress: (line) => console.error(line),
  });
  writeResults('dashboard-day', report(day, machineInWords(machine)), { machine, ...day });
}

function report({ looks, framesAt, events, complaints }: Day, machine: string): string {
  const MiB = 2 ** 20;
  const byTime = looks.map(({ seconds, heapBytes, nodes, listeners, behindMs }) => [
    `${(seconds / 3600).toFixed(2)} h`,
    (heapBytes / MiB).toFixed(1),
    String(nodes),
    String(listeners),
    behindMs.toFixed(0),
  ]);
  const byPoints = framesAt.map(({ points, frames }) => [
    String(points),
    frames.workPerPoint.toFixed(1),
    frames.median.toFixed(1),
    frames.p95.toFixed(1),
    frames.longest.toFixed(0),
    String(frames.longTasks),
  ]);
  return `# One tab, open for a day

\`node dist/bench/dashboard/day.js\`: a rollout of a real server on the page in Chromium, while a day of points, one a second, goes through the server's timeline and event stream, faster than in real time; every 1,000 points it is paused and resumed (${events} events at the end). The page keeps up to 10,000 points, then takes the server's thinned-out ones, so that its heap goes up and down like a saw; it is measured after its garbage was collected. DOM nodes rise until the 200 newest events are listed.

${machine}

${table(['time of the rollout', 'heap, MiB', 'DOM nodes', 'listeners', 'longest until shown, ms'], byTime)}

Complaints in the console: ${complaints.length === 0 ? 'none' : complaints.join('; ')}.

How smooth it is while points come in, twelve a second at most; a frame of 60 a second takes 16.7 ms:

${table(['points in each chart', 'work for a point, ms', 'frame, median ms', 'p95 ms', 'longest ms', 'tasks over 50 ms'], byPoints)}
`;
}
