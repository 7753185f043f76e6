import { parseArgs } from 'node:util';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { table, writeResults } from '../serving/results.js';
import { surviveKills } from './survive-kills.js';

/** Kills the whole server again and again in the middle of rollouts, under load. */

const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    connections: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const strategy = (stable: string, canary: string): string => `model: churn
stable: ${stable}
canary: ${canary}
steps: [{ shadow: { requests: 200 } }, { weight: 10 }, { weight: 25 }, { weight: 50 }, { weight: 100 }]
hold: { min: 1s, max: 5m, requests: 100 }
checks: { latency: { tolerance: 100% }, predictions: off, agreement: off }
coolDown: 0s
keepWarm: 5s
`;

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/rollout/kill.js [flags]

Sends SIGKILL to a real server at random moments of real rollouts under load, starts it again, and
writes bench/results/rollout-kill.md and .json: what failed beyond the requests in flight in the
killed process, and how the rollouts ended.

  --kills N         (30)
  --connections N   requests at a time (8)
  --seed N          of the moments (1)`);
} else {
  const machine = describeMachine();
  const outcome = await surviveKills({
    kills: Number(flags.kills),
    connections: Number(flags.connections),
    seed: Number(flags.seed),
    fromMs: 300,
    toMs: 6_000,
    strategy,
    onProgress: (line) => console.error(line),
  });
  const phases = [...new Set(outcome.phases)].map(
    (phase) => `${phase} ${outcome.phases.filter((one) => one === phase).length}`,
  );
  const rows = [
    ['kills', String(outcome.kills)],
    ['phases of the rollouts at the kills', phases.join(', ')],
    ['requests', String(outcome.requests)],
    ['answers of another status than 200', String(outcome.refused)],
    ['requests in flight in a killed process', String(outcome.cutOff)],
    ['requests that failed beyond those', String(outcome.lost)],
    ['rollouts, by how they ended', outcome.outcomes.join(', ')],
    [
      'longest time from the kill until it answered again',
      `${outcome.longestDownMs.toFixed(0)} ms`,
    ],
  ];
  writeResults(
    'rollout-kill',
    `# A server killed in the middle of rollouts

\`node dist/bench/rollout/kill.js\`: SIGKILL to the whole server at random moments of rollouts of a good canary, while ${flags.connections} connections predict without a pause; it is started again each time.

${machineInWords(machine)}

${table(['', ''], rows)}
`,
    { machine, ...outcome },
  );
}
