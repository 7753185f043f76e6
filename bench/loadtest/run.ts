import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { clientBottleneck } from '../../src/gates/loadtest/results/client-delay.js';
import { failureCount, load } from '../serving/load.js';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { median } from '../serving/median.js';
import { repositoryFile } from '../serving/repository-file.js';
import { table, writeResults } from '../serving/results.js';
import { startServer } from '../serving/server.js';
import { closedLoad, generate, openLoad } from './generate.js';
import { measureStalls, stallProblems, stallsInWords } from './stalls.js';

/**
 * Our load generator beside wrk, on servers that do next to nothing; and on one that stalls. Ends
 * with 1 where the generator does not send what it should, or late, where a request fails, or where the
 * open loop is further off than 5%.
 */

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '32' },
    rate: { type: 'string', default: '21000' },
  },
});
const [rounds, seconds, connections, rate] = [
  flags.rounds,
  flags.seconds,
  flags.connections,
  flags.rate,
].map(Number) as [number, number, number, number];

interface Round {
  readonly wrk: number;
  readonly closed: number;
  readonly closedCpus: number;
  readonly open: number;
  readonly openP50Ms: number;
  readonly openP99Ms: number;
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  readonly failures: number;
  /** Why the open loop shows the generator and not the server, by the rule of `serin loadtest`. */
  readonly bottleneck: string | null;
}

/** Good answers a second in time; a little more is asked for, as the last ones come after the end. */
const required = 20_000;
/** The server that takes more than the rate: what is missing there is the generator's fault. */
const quickServer = 'constant over node:net';

const machine = describeMachine();
const servers = {
  'bare node:http': 'bench/peers/bare-node.js',
  [quickServer]: 'bench/loadtest/constant-server.js',
} as const;

const measured: Record<string, readonly Round[]> = {};
for (const [name, file] of Object.entries(servers)) measured[name] = await roundsOf(name, file);
const stalls = await measureStalls(
  fileURLToPath(repositoryFile('bench/loadtest/stalling-server.js')),
);

const problems = [...generatorProblems(), ...stallProblems(stalls)];

writeResults('loadtest', text(), {
  machine,
  rate,
  seconds,
  connections,
  rounds: measured,
  stalls,
  problems,
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

/** On a server that takes more than the rate, every request goes out when due, and none fails. */
function generatorProblems(): string[] {
  const rounds = measured[quickServer] ?? [];
  const answered = median(rounds.map(({ open }) => open));
  const failed = rounds.reduce((sum, { failures }) => sum + failures, 0);
  const bottlenecks = rounds.flatMap(({ bottleneck }) => bottleneck ?? []);
  return [
    ...(answered >= required
      ? []
      : [`open loop: ${answered.toFixed(0)} good answers a second in time, not ${required}`]),
    ...(failed === 0 ? [] : [`${failed} requests to ${quickServer} failed`]),
    // One of a few may have met something else that the machine does.
    ...(2 * bottlenecks.length > rounds.length ? bottlenecks.slice(0, 1) : []),
  ];
}

async function roundsOf(name: string, file: string): Promise<Round[]> {
  const script = fileURLToPath(repositoryFile(file));
  const server = await startServer(process.execPath, (port) => [script, port]);
  const results: Round[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const wrk = await load(server.url, seconds, connections);
      const closed = await generate(server.url, closedLoad(connections), seconds, connections);
      const open = await generate(server.url, openLoad(rate), seconds, 256);
      const failures =
        failureCount(wrk.failures) +
        closed.target.requests -
        closed.target.good +
        (open.target.requests - open.target.good);
      results.push({
        wrk: wrk.requests / wrk.seconds,
        closed: closed.target.goodPerSecond,
        closedCpus: closed.client.cpus,
        open: open.target.goodPerSecond,
        openP50Ms: open.target.latencyMs?.p50 ?? NaN,
        openP99Ms: open.target.latencyMs?.p99 ?? NaN,
        lagP50Ms: open.client.lagMs?.p50 ?? NaN,
        lagP99Ms: open.client.lagMs?.p99 ?? NaN,
        failures,
        bottleneck: clientBottleneck(open.client, open.target.latencyMs) ?? null,
      });
      console.error(`${name}, round ${round + 1}: ${JSON.stringify(results.at(-1))}`);
    }
  } finally {
    await server.stop();
  }
  return results;
}

function text(): string {
  const middle = (of: readonly Round[], field: Exclude<keyof Round, 'bottleneck'>): number =>
    median(of.map((round) => round[field]));
  const rows = Object.entries(measured).map(([name, of]) => [
    name,
    middle(of, 'wrk').toFixed(0),
    middle(of, 'closed').toFixed(0),
    median(of.map(({ closed, wrk }) => closed / wrk)).toFixed(2),
    median(of.map(({ closed, closedCpus }) => closed / closedCpus)).toFixed(0),
    middle(of, 'open').toFixed(0),
    `${middle(of, 'openP50Ms').toFixed(2)} / ${middle(of, 'openP99Ms').toFixed(1)} ms`,
    `${middle(of, 'lagP50Ms').toFixed(3)} / ${middle(of, 'lagP99Ms').toFixed(1)} ms`,
    String(of.reduce((sum, { failures }) => sum + failures, 0)),
  ]);
  const head = [
    'server',
    'wrk, 1 thread',
    'Serin, closed',
    'ratio',
    'a CPU-second of its own',
    `Serin, open at ${rate}/s`,
    'latency p50 / p99',
    'own lag p50 / p99',
    'failed',
  ];
  return `# The load generator

\`npm run build && node dist/bench/loadtest/run.js\` (needs wrk: \`apt-get install wrk\`). ${machineInWords(machine)} Server and generator share the machine. Medians of ${rounds} rounds of ${seconds} s, ${connections} connections; ratios are of one round.

${table(head, rows)}

Good answers a second. wrk only counts answers; Serin parses each as JSON and checks status, form and values, in one process and one thread. A server that takes less than the rate asked for has no good answer in time in an open loop, as each comes later than the one before: then the fault is the server's, or its share of the machine's.

${stallsInWords(stalls)}

${problems.length === 0 ? `All of it is as it should be: ${required} good answers a second and more, no request to ${quickServer} failed, the generator's own lag to ${quickServer} is too small to matter (to a server that shares the two cores with it, it is part of what is measured: see its row), and percentiles are within 5%.` : `Not as it should be: ${problems.join('; ')}.`}
`;
}
