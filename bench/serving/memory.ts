import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readProcessUsage } from '../../src/serving/runner/process-usage.js';
import { growthOf, type Growth } from './growth.js';
import { inspectHeap, type InspectedHeap } from './heap.js';
import { failureCount, load } from './load.js';
import { describeMachine, machineInWords } from './machine.js';
import { table, writeResults } from './results.js';
import { startSerin, type SerinServer } from './serin.js';
import { freePort } from './server.js';

/**
 * Memory of gateway and runners while they answer many predictions: what is resident, and what the
 * gateway's heap and buffers hold once all that nobody refers to was collected.
 */

const { values: flags } = parseArgs({
  options: {
    predictions: { type: 'string', default: '1000000' },
    samples: { type: 'string', default: '10' },
    idle: { type: 'string', default: '10' },
    weight: { type: 'string', default: '10' },
    connections: { type: 'string', default: '32' },
    help: { type: 'boolean', default: false },
  },
});

/**
 * Growth that still counts as flat. What is resident of the gateway moves by a tenth with when the
 * collector ran; so it is judged more loosely, and what its heap really holds as well.
 */
const flatWithin = { heap: 0.1, gateway: 0.15, runner: 0.1 };

/** How often resident memory is read under load. */
const everyMs = 200;

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/serving/memory.js [flags]

Loads Serin with wrk, pauses at even distances to read the resident memory of gateway and runners
after some idle seconds, and writes bench/results/serving-memory.md and .json.

  --predictions N   (1000000)
  --samples N       pauses (10)
  --idle S          seconds of idleness before memory is read (10)
  --weight PERCENT  of a canary (10)
  --connections N   requests at a time (32)`);
} else {
  await main();
}

interface Sample {
  readonly predictions: number;
  /** The most that was seen since the last pause, under load. */
  readonly busyMebibytes: readonly number[];
  readonly idleMebibytes: readonly number[];
  /** What the gateway's heap and buffers hold after a full collection. */
  readonly heapMebibytes: number;
}

async function main(): Promise<void> {
  const settings = {
    predictions: Number(flags.predictions),
    samples: Number(flags.samples),
    idleSeconds: Number(flags.idle),
    weightPercent: Number(flags.weight),
    connections: Number(flags.connections),
  };
  const machine = describeMachine();
  const debuggerPort = await freePort();
  const serin = await startSerin([`--inspect=127.0.0.1:${debuggerPort}`]);
  const heap = await inspectHeap(debuggerPort);
  try {
    await serin.deployCanary(settings.weightPercent);
    const { samples, failed } = await sampleUnderLoad(serin, heap, settings);
    const judged = judgedGrowths(samples);
    const used = process.argv.slice(2).map((flag) => ` ${flag}`);
    const text = [
      '# Memory over many predictions',
      `\`node dist/bench/serving/memory.js${used.join('')}\`: resident memory in MiB of the gateway and of the runners of \`churn\`'s stable and its canary at ${flags.weight}%: after ${flags.idle} s of idleness, and in brackets the most that was seen under load since the row before, read every ${everyMs} ms; and what the gateway's heap and buffers hold when all that nobody refers to was collected. ${flags.connections} connections of wrk; ${failed} requests failed.`,
      machineInWords(machine),
      sampleTable(samples),
      'Growth between the medians of the first and of the second half of the rows after the first fifth, and what still counts as flat:',
      growthTable(judged),
    ];
    writeResults('serving-memory', `${text.join('\n\n')}\n`, {
      machine,
      settings,
      samples,
      judged,
    });
    // Written so that a size that is not known (NaN) is not flat.
    const isFlat = judged.every(({ growth, limit }) => growth.share <= limit);
    if (!isFlat || failed > 0) process.exitCode = 1;
  } finally {
    heap.close();
    await serin.stop();
  }
}

async function sampleUnderLoad(
  serin: SerinServer,
  heap: InspectedHeap,
  settings: { predictions: number; samples: number; idleSeconds: number; connections: number },
): Promise<{ readonly samples: readonly Sample[]; readonly failed: number }> {
  const pids = await serin.pids();
  const samples: Sample[] = [];
  let [predictions, failed] = [0, 0];
  for (let pause = 1; pause <= settings.samples; pause++) {
    let busy: readonly number[] = await memoryOf(pids);
    while (predictions < (settings.predictions * pause) / settings.samples) {
      const loading = load(serin.url, 1, settings.connections);
      busy = await mostDuring(loading, pids, busy);
      const { requests, failures } = await loading;
      predictions += requests;
      failed += failureCount(failures);
    }
    await wait(settings.idleSeconds * 1000);
    const idleMebibytes = await memoryOf(pids);
    const heapMebibytes = (await heap.usedBytes()) / 2 ** 20;
    samples.push({ predictions, busyMebibytes: busy, idleMebibytes, heapMebibytes });
    console.error(JSON.stringify(samples.at(-1)));
  }
  return { samples, failed };
}

/** The most of each process's memory while something lasts. */
async function mostDuring(
  something: Promise<unknown>,
  pids: readonly number[],
  before: readonly number[],
): Promise<readonly number[]> {
  let most = before;
  let isOver = false;
  while (!isOver) {
    const now = await memoryOf(pids);
    most = most.map((one, index) => Math.max(one, now[index] ?? NaN));
    isOver = await Promise.race([something.then(() => true), wait(everyMs, false)]);
  }
  return most;
}

async function memoryOf(pids: readonly number[]): Promise<number[]> {
  const usages = await Promise.all(pids.map((pid) => readProcessUsage(pid)));
  return usages.map((usage) => (usage?.residentBytes ?? NaN) / 2 ** 20);
}

interface Judged {
  readonly what: string;
  readonly growth: Growth;
  readonly limit: number;
}

function judgedGrowths(samples: readonly Sample[]): readonly Judged[] {
  const resident = (process: number): Growth =>
    growthOf(samples.map(({ idleMebibytes }) => idleMebibytes[process] ?? NaN));
  const heap = growthOf(samples.map(({ heapMebibytes }) => heapMebibytes));
  return [
    { what: "the gateway's heap", growth: heap, limit: flatWithin.heap },
    { what: 'the gateway', growth: resident(0), limit: flatWithin.gateway },
    { what: "stable's runner", growth: resident(1), limit: flatWithin.runner },
    { what: "the canary's runner", growth: resident(2), limit: flatWithin.runner },
  ];
}

function growthTable(judged: readonly Judged[]): string {
  const rows = judged.map(({ what, growth: { from, to, share }, limit }) => [
    what,
    from.toFixed(1),
    to.toFixed(1),
    percent(share),
    `up to ${percent(limit)}`,
  ]);
  return table(['', 'from (MiB)', 'to (MiB)', 'growth', 'flat'], rows);
}

function sampleTable(samples: readonly Sample[]): string {
  const head = ['predictions', "gateway's heap", 'gateway', "stable's runner", "canary's runner"];
  const rows = samples.map(({ predictions, heapMebibytes, idleMebibytes, busyMebibytes }) => [
    String(predictions),
    heapMebibytes.toFixed(1),
    ...idleMebibytes.map((idle, i) => `${idle.toFixed(0)} (${busyMebibytes[i]?.toFixed(0) ?? ''})`),
  ]);
  return table(head, rows);
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)}%`;
}
