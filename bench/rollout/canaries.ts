import { parseArgs } from 'node:util';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { table, writeResults } from '../serving/results.js';
import { canaryKinds, type CanaryKind } from './canary-kinds.js';
import { CanaryTrials, type Trial } from './canary-trial.js';

/** Rolls out canaries of every kind on a real server under load, and sees how each rollout ends. */

/**
 * How far the median may be above what STATISTICS.md promises: half of it again. The page counts what
 * a simulation draws; here the judge looks at times, and requests go on until the weight is zero.
 */
const margin = 0.5;

const { values: flags } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    only: { type: 'string', multiple: true, default: [] },
    connections: { type: 'string', default: '16' },
    pause: { type: 'string', default: '60' },
    servers: { type: 'string', default: '4' },
    results: { type: 'string', default: 'rollout-canaries' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/rollout/canaries.js [flags]

Rolls out the sample churn on a real server, again and again: a good canary, and ones that are bad each
in its own way. Writes bench/results/NAME.md and .json.

  --times N         rollouts of each kind (20)
  --only KIND       this kind alone; may be repeated: ${canaryKinds.map(({ name }) => name).join(', ')}
  --connections N   users at a time of each server (16)
  --pause MS        of a user between two requests, on average (60)
  --servers N       each with users of its own, side by side (4)
  --results NAME    of the results (rollout-canaries)`);
} else {
  const chosen = chosenKinds(flags.only);
  const machine = describeMachine();
  // Round by round: what else the machine does meanwhile meets every kind alike.
  const rounds = Array.from({ length: Number(flags.times) }, () => chosen).flat();
  const done = await tryAll(rounds, Number(flags.servers));
  writeResults(flags.results, report(chosen, done, machineInWords(machine)), {
    machine,
    trials: done,
  });
  const isBroken = chosen.some((kind) => comparedWithPromise(kind, done)?.isKept === false);
  if (isBroken || done.some(({ isRight, failed }) => !isRight || failed > 0)) process.exitCode = 1;
}

/** Each server takes the next one as soon as it has none. @returns in the order in which they ended */
async function tryAll(kinds: readonly CanaryKind[], servers: number): Promise<Trial[]> {
  const done: Trial[] = [];
  const waiting = kinds.values();
  const tryOnOne = async (): Promise<void> => {
    const trials = await CanaryTrials.begin(Number(flags.connections), Number(flags.pause));
    try {
      for (const kind of waiting) {
        const trial = await trials.try(kind);
        done.push(trial);
        console.error(inOneLine(trial, `${done.length} of ${kinds.length}`));
      }
    } finally {
      await trials.end();
    }
  };
  await Promise.all(Array.from({ length: servers }, tryOnOne));
  return done;
}

function inOneLine(
  { kind, outcome, by, tookMs, failed, requests, isRight, sentence }: Trial,
  nth: string,
): string {
  const verdict = isRight ? 'as it must' : 'NOT AS IT MUST';
  const after = `${outcome} by ${String(by)} after ${seconds(tookMs)}`;
  return `${nth}, ${verdict}: ${kind}, ${after}, ${failed} of ${requests} failed. ${sentence}`;
}

function chosenKinds(names: readonly string[]): readonly CanaryKind[] {
  if (names.length === 0) return canaryKinds;
  return names.map((name) => {
    const kind = canaryKinds.find((one) => one.name === name);
    if (kind === undefined) throw new Error(`--only ${name}: there is no such kind`);
    return kind;
  });
}

function report(kinds: readonly CanaryKind[], done: readonly Trial[], onMachine: string): string {
  const of = (kind: CanaryKind): Trial[] => done.filter((trial) => trial.kind === kind.name);
  const rows = kinds.map((kind) => {
    const took = of(kind).map(({ tookMs }) => tookMs);
    return [
      `${kind.name}: ${kind.what}`,
      `${kind.outcome}${kind.by === null ? '' : ` by ${kind.by}`}`,
      `${of(kind).filter(({ isRight }) => isRight).length} of ${of(kind).length}`,
      seconds(median(took)),
      seconds(Math.max(...took)),
      `${sum(of(kind).map(({ failed }) => failed))} of ${sum(of(kind).map(({ requests }) => requests))}`,
    ];
  });
  const only = kinds === canaryKinds ? '' : kinds.map(({ name }) => ` --only ${name}`).join('');
  const promised = kinds.flatMap((kind) => {
    const compared = comparedWithPromise(kind, done);
    if (compared === undefined) return [];
    const { usual, most, promised: page, allowed, isKept } = compared;
    const cells = [usual, most, page, allowed].map(inWords);
    const more = Math.round(100 * (usual.requests / page.requests - 1));
    const words = `${more < 0 ? '−' : '+'}${Math.abs(more)}%${isKept ? '' : ': NOT ALLOWED'}`;
    return [[kind.name, ...cells, words]];
  });
  const wrong = done.filter(({ isRight }) => !isRight);
  return [
    '# Canaries that are rolled out on a real server',
    '',
    `\`npm run build && node dist/bench/rollout/canaries.js --times ${flags.times}${only}\`. ${onMachine}`,
    '',
    `Rollouts of the sample churn under load, on ${flags.servers} servers side by side, each with ${flags.connections} users, each of them with a pause of ${flags.pause} ms on average between two requests; real runner processes, the judge of production. Where nothing else is said, two steps, 20% and 50%, each held for 3 s and 200 requests of the canary at least; latency may be 25% worse, errors 1 percentage point, everything else as by default. What is wrong with a canary begins when it has its first requests. The time is from there until it has none any more; for a canary without a fault, and one that crashes at its start, that of the whole rollout.`,
    '',
    table(
      ['canary', 'must be', 'was so', 'time (median)', 'longest', 'requests that users saw fail'],
      rows,
    ),
    '',
    ...(promised.length === 0
      ? []
      : [
          `Requests of both arms (of the canary) of the whole rollout until it was rolled back, beside those of STATISTICS.md, with its tolerances and its ramp: 5% of mean latency, 0.1 points of errors, and 10% of the traffic to begin with. The page counts until the judge knows, of buckets of 200 requests; here buckets are of time, 0.75 s as of every step that is held for 3 s (5 s where steps are held for 20 s or more), four of them pass before it can say anything, and requests go on until the weight is zero. So the median may be ${margin * 100}% above the page's. On the page stable has 0.5% errors, and latencies are drawn; here stable has none, and they hardly vary.`,
          '',
          table(
            ['canary', 'median', 'most', 'STATISTICS.md', 'allowed', 'median to the page'],
            promised,
          ),
          '',
        ]),
    ...(wrong.length === 0
      ? []
      : [
          'Not as they must:',
          '',
          ...wrong.map(({ kind, sentence }) => `- ${kind}: ${sentence}`),
          '',
        ]),
    'What the rollouts said, one of each kind:',
    '',
    ...kinds.flatMap((kind) => {
      const [first] = of(kind);
      return first === undefined ? [] : [`- **${kind.name}**: ${first.sentence}`];
    }),
    '',
  ].join('\n');
}

interface RequestsOfArms {
  readonly requests: number;
  readonly canary: number;
}

/** What the rollouts of a kind took, beside what they may; nothing where nothing is promised. */
function comparedWithPromise({ name, promised }: CanaryKind, done: readonly Trial[]) {
  const measured = done.flatMap((one) => (one.kind === name ? (one.measured ?? []) : []));
  if (promised === undefined || measured.length === 0) return undefined;
  const joined = (one: (values: readonly number[]) => number): RequestsOfArms => ({
    requests: one(measured.map(({ stable, canary }) => stable + canary)),
    canary: one(measured.map(({ canary }) => canary)),
  });
  const usual = joined(median);
  const allowed = {
    requests: Math.round(promised.requests * (1 + margin)),
    canary: Math.round(promised.canary * (1 + margin)),
  };
  const isKept = usual.requests <= allowed.requests && usual.canary <= allowed.canary;
  return { usual, most: joined((values) => Math.max(...values)), promised, allowed, isKept };
}

function inWords({ requests, canary }: RequestsOfArms): string {
  return `${requests} (${canary})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
