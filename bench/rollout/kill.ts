import { parseArgs } from 'node:util';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { table, writeResults } from '../serving/results.js';
import { surviveKills, type KilledRollout } from './survive-kills.js';

/** Kills the whole server again and again, at every kind of moment of rollouts, under load. */

const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    connections: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

/** Gone through again and again: each phase of both kinds of rollouts, and any time between. */
const killed: readonly KilledRollout[] = [
  { canary: 'good', kills: ['preparing', 'any time', 'promoting'] },
  { canary: 'bad', kills: ['shadowing', 'any time', 'rolling-back'] },
  { canary: 'good', kills: ['shadowing', 'progressing', 'promoted'] },
  { canary: 'bad', kills: ['preparing', 'progressing', 'rolled-back'] },
  { canary: 'good', kills: ['any time', 'any time', 'promoting'] },
  { canary: 'bad', kills: ['any time', 'rolling-back'] },
];

// Agreement is left out, as it would find the bad one in the first shadow step each time.
const strategy = (stable: string, canary: string): string => `model: churn
stable: ${stable}
canary: ${canary}
gates: [smoke]
steps: [{ shadow: { requests: 200 } }, { weight: 10 }, { weight: 25 }, { weight: 50 }, { weight: 100 }]
hold: { min: 1s, max: 10m, requests: 100 }
checks: { latency: { tolerance: 100% }, agreement: off }
coolDown: 0s
keepWarm: 5s
`;

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/rollout/kill.js [flags]

Sends SIGKILL to a real server in every phase, and at random moments, of real rollouts of good and of
bad canaries under load, starts it again, and writes bench/results/rollout-kill.md and .json: what
failed beyond the requests in flight in the killed process, and how the rollouts ended. Ends with 1
when one ended otherwise than without a kill, or not by the judge, or a request was lost.

  --kills N         (30)
  --connections N   requests at a time (8)
  --seed N          of the moments (1)`);
} else {
  await main();
}

async function main(): Promise<void> {
  const machine = describeMachine();
  const outcome = await surviveKills({
    rollouts: rolloutsOf(Number(flags.kills)),
    connections: Number(flags.connections),
    seed: Number(flags.seed),
    strategy,
    onProgress: (line) => console.error(line),
  });
  const { rollouts } = outcome;
  const other = rollouts.filter(({ isRight }) => !isRight);
  const kills = rollouts.flatMap((one) => one.kills);
  const rows = [
    ['kills', String(outcome.kills)],
    ['aimed at: the beginning of a phase, or any time', countOf(kills.map(({ aim }) => aim))],
    ['phases that they really met, by the log', countOf(kills.map(({ met }) => met))],
    ['requests', String(outcome.requests)],
    ['answers of another status than 200', String(outcome.refused)],
    ['requests in flight in a killed process', String(outcome.cutOff)],
    ['requests that failed beyond those', String(outcome.lost)],
    ['rollouts of good canaries, by how they ended', outcomesOf('good')],
    ['rollouts of bad canaries, by how they ended', outcomesOf('bad')],
    ['rollouts that ended otherwise than without a kill', String(other.length)],
    [
      'longest time from the kill until it answered again',
      `${outcome.longestDownMs.toFixed(0)} ms`,
    ],
  ];
  function outcomesOf(canary: KilledRollout['canary']): string {
    return countOf(
      rollouts.flatMap((one) =>
        one.canary === canary ? `${one.outcome} by ${String(one.by)}` : [],
      ),
    );
  }
  writeResults(
    'rollout-kill',
    `# A server killed in the middle of rollouts

\`npm run build && node dist/bench/rollout/kill.js --kills ${flags.kills}\`: SIGKILL to the whole server, up to 30 ms after a phase of a rollout began, or at any time of it, while ${flags.connections} connections predict without a pause; it is started again each time. Good canaries are as good as stable; bad ones were trained on a broken table.

${machineInWords(machine)}

${table(['', ''], rows)}
${other.map((one) => `\n- ${one.canary}, killed while ${one.kills.map(({ met }) => met).join(', ')}: ${one.sentence}`).join('')}`,
    { machine, ...outcome },
  );
  if (other.length > 0 || outcome.lost > 0 || outcome.refused > 0) process.exitCode = 1;
}

function rolloutsOf(kills: number): KilledRollout[] {
  const rollouts: KilledRollout[] = [];
  let left = kills;
  for (let i = 0; left > 0; i++) {
    const next = killed[i % killed.length];
    if (next === undefined) break;
    rollouts.push({ ...next, kills: next.kills.slice(0, left) });
    left -= next.kills.length;
  }
  return rollouts;
}

/** `promoted 3, rolled-back 1` */
function countOf(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${word} ${count}`).join(', ');
}
