import { parseArgs } from 'node:util';
import { names, startContestants } from './contestants.js';
import { demandsOf, eachRound, ratiosOf, type Demand, type Rounds } from './demands.js';
import { describeMachine, machineInWords } from './machine.js';
import { median } from './median.js';
import { table, writeResults } from './results.js';
import { measureInRounds, type Measured } from './rounds.js';

/** Predictions a second, and a CPU-second, against R1's stack and against bare node:http. */

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/serving/speed.js [flags]

Loads R1's stack, a bare node:http server, and Serin without and with a canary, one after the other
in every round, and writes bench/results/serving-speed.md and .json. Ends with 1 where a demand is
not met.
Debian: wrk python3-fastapi python3-uvicorn python3-uvloop python3-httptools python3-sklearn

  --rounds N        the medians are of so many (5)
  --seconds S       of load for each of them in a round (5)
  --warm-up S       of load for each of them before the first round (3)
  --connections N   requests at a time (32)`);
} else {
  await main();
}

async function main(): Promise<void> {
  const settings = {
    rounds: Number(flags.rounds),
    seconds: Number(flags.seconds),
    warmUpSeconds: Number(flags['warm-up']),
    connections: Number(flags.connections),
  };
  const machine = describeMachine();
  const contestants = await startContestants();
  try {
    const rounds = await measureInRounds(contestants, settings);
    const demands = demandsOf(rounds);
    const text = [
      '# Serving speed',
      `\`node dist/bench/serving/speed.js --rounds ${flags.rounds} --seconds ${flags.seconds}\`: one row of five features a request to the logistic regression \`churn\`, ${flags.connections} connections of wrk (one thread) on the same machine. Medians of ${flags.rounds} rounds of ${flags.seconds} s each; CPU time is of all of a server's processes, gateway and runners.`,
      machineInWords(machine),
      resultTable(rounds),
      ratioTable(rounds),
      'What is asked of Serin with stable only, by the medians of the ratios:',
      demandTable(demands),
    ];
    writeResults('serving-speed', `${text.join('\n\n')}\n`, {
      machine,
      settings,
      rounds,
      demands,
    });
    if (!demands.every(({ isMet }) => isMet)) process.exitCode = 1;
  } finally {
    await Promise.all(contestants.map(({ server }) => server.stop()));
  }
}

function resultTable(rounds: Rounds): string {
  const head = [
    ...['', 'predictions/s', 'p50 (ms)', 'p99 (ms)'],
    ...['CPUs busy', 'predictions per CPU-second', 'failures'],
  ];
  const rows = Object.values(names).map((name) => {
    const of = (value: (measured: Measured) => number): number =>
      median(eachRound(rounds, name).map(value));
    return [
      name,
      of((one) => one.perSecond).toFixed(0),
      of((one) => one.p50Ms).toFixed(2),
      of((one) => one.p99Ms).toFixed(2),
      of((one) => one.cpus).toFixed(2),
      of((one) => one.perCpuSecond).toFixed(0),
      String(eachRound(rounds, name).reduce((sum, one) => sum + one.failures, 0)),
    ];
  });
  return table(head, rows);
}

/** Ratios are taken within each round, where both met the same machine; then the median. */
function ratioTable(rounds: Rounds): string {
  const pairs = [names.serin, names.serinCanary].flatMap((serin) =>
    [names.r1, names.r1Logging, names.node].map((peer) => [serin, peer] as const),
  );
  const rows = pairs.map(([serin, peer]) => {
    const ratio = (value: (measured: Measured) => number): string => {
      const ratios = ratiosOf(rounds, serin, peer, value);
      const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
      return `${median(ratios).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
    };
    return [
      `${serin} / ${peer}`,
      ratio((one) => one.perSecond),
      ratio((one) => one.perCpuSecond),
      ratio((one) => one.p99Ms),
    ];
  });
  return table(
    ['ratio within a round: median (least to most)', 'predictions/s', 'per CPU-second', 'p99'],
    rows,
  );
}

function demandTable(demands: readonly Demand[]): string {
  const rows = demands.map(({ what, found, isMet }) => [what, found, isMet ? 'met' : 'not met']);
  return table(['demand', 'found', ''], rows);
}
