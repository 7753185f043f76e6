import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readProcessUsage } from '../../src/serving/runner/process-usage.js';
import { inspectHeap, type InspectedHeap } from './heap.js';
import { failureCount, load } from './load.js';
import { describeMachine, machineInWords } from './machine.js';
import { table, writeResults } from './results.js';
import { startSerin, type SerinServer } from './serin.js';
import { freePort } from './server.js';

/**
 * Memory of gateway and runners while they answer many predictions: what is resident, and what the
 * gateway's heap holds once all that nobody refers to was collected, which says whether it leaks.
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

/** Growth of what the gateway's heap holds between the second tenth and the end that counts as flat. */
const flatWithin = 0.1;

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
  /** What the gateway's heap holds after a full collection. */
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
    const growth = growthSinceOneFifth(samples);
    const text = [
      '# Memory over many predictions',
      `\`node dist/bench/serving/memory.js\`: resident memory in MiB of the gateway and of the runners of \`churn\`'s stable and its canary at ${flags.weight}%: after ${flags.idle} s of idleness, and in brackets the most that was seen, each second, since the row before; and what the gateway's heap holds when all that nobody refers to was collected. ${flags.connections} connections of wrk; ${failed} requests failed.`,
      machineInWords(machine),
      sampleTable(samples),
      `From ${samples[oneFifth(samples)]?.predictions ?? 0} predictions to the end what the gateway's heap holds went from ${growth.from.toFixed(1)} to ${growth.to.toFixed(1)} MiB (${percent(growth.to / growth.from - 1)}).`,
    ];
    writeResults('serving-memory', `${text.join('\n\n')}\n`, { machine, settings, samples });
    if (growth.to / growth.from - 1 > flatWithin || failed > 0) process.exitCode = 1;
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
    let busy = await memoryOf(pids);
    while (predictions < (settings.predictions * pause) / settings.samples) {
      const { requests, failures } = await load(serin.url, 1, settings.connections);
      predictions += requests;
      failed += failureCount(failures);
      const now = await memoryOf(pids);
      busy = busy.map((most, index) => Math.max(most, now[index] ?? 0));
    }
    await wait(settings.idleSeconds * 1000);
    const idleMebibytes = await memoryOf(pids);
    const heapMebibytes = (await heap.usedBytes()) / 2 ** 20;
    samples.push({ predictions, busyMebibytes: busy, idleMebibytes, heapMebibytes });
    console.error(JSON.stringify(samples.at(-1)));
  }
  return { samples, failed };
}

async function memoryOf(pids: readonly number[]): Promise<number[]> {
  const usages = await Promise.all(pids.map((pid) => readProcessUsage(pid)));
  return usages.map((usage) => (usage?.residentBytes ?? NaN) / 2 ** 20);
}

/** By then everything is compiled, and the heap has the size that this load needs. */
function oneFifth(samples: readonly Sample[]): number {
  return Math.max(0, Math.ceil(samples.length / 5) - 1);
}

function growthSinceOneFifth(samples: readonly Sample[]): { from: number; to: number } {
  const from = samples[oneFifth(samples)]?.heapMebibytes ?? NaN;
  return { from, to: samples.at(-1)?.heapMebibytes ?? NaN };
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
