import { writeBytes, writeNumber } from '../../report/quantity.js';
import type { Finding, Measurement } from '../../report/report.js';
import type { CheckOutcome } from '../check.js';
import { finding } from '../finding.js';
import type { LiveContext } from '../live-context.js';

/** Times stable's, from which on it is worth a word. */
const notableLoad = 3;
const notableMemory = 2;
/** Differences of less than this are the noise of starting a process. */
const smallestLoadMs = 1_000;

/** How long the model took to be ready, and how much memory it ever had, beside stable. */
export async function checkResources(context: LiveContext): Promise<CheckOutcome> {
  const { model, stableModel, expectations } = context;
  const findings: Finding[] = [];
  const readyMs = model.readyAfterMs;
  const { maxLoadMs } = expectations;
  if (maxLoadMs !== undefined && readyMs > maxLoadMs) {
    findings.push(
      finding('load-over-limit', 'the model takes long to be ready', {
        expected: `at most ${seconds(maxLoadMs)}`,
        found: seconds(readyMs),
      }),
    );
  }
  const stableReadyMs = stableModel?.readyAfterMs;
  if (
    stableReadyMs !== undefined &&
    readyMs > notableLoad * stableReadyMs &&
    readyMs - stableReadyMs > smallestLoadMs
  ) {
    findings.push(
      finding('load-slower', 'the model takes much longer than stable to be ready', {
        expected: `at most ${notableLoad} times stable's ${seconds(stableReadyMs)}`,
        found: seconds(readyMs),
      }),
    );
  }
  const measurements: Measurement[] = [
    {
      name: 'ready after',
      unit: 'ms',
      value: readyMs,
      ...(stableReadyMs === undefined ? {} : { stable: stableReadyMs }),
    },
  ];
  const memory = await memoryOf(context);
  return {
    detail: `ready after ${seconds(readyMs)}${memory.detail}`,
    findings: [...findings, ...memory.findings],
    measurements: [...measurements, ...memory.measurements],
  };
}

async function memoryOf({ model, stableModel, memoryLimitBytes }: LiveContext) {
  const peak = await model.peakMemoryBytes();
  const stable = await stableModel?.peakMemoryBytes();
  if (peak === undefined) return { detail: '', findings: [], measurements: [] };
  const findings: Finding[] = [];
  // The process is watched a few times a second: a peak between two looks shows only here.
  if (peak > memoryLimitBytes) {
    findings.push(
      finding('memory-over-limit', 'the model needs more memory than allowed', {
        expected: `at most ${writeBytes(memoryLimitBytes)}`,
        found: `${writeBytes(peak)} at its peak`,
      }),
    );
  }
  if (stable !== undefined && peak > notableMemory * stable) {
    findings.push(
      finding('memory-grown', 'the model needs much more memory than stable', {
        expected: `at most ${notableMemory} times stable's ${writeBytes(stable)}`,
        found: `${writeNumber(peak / stable)} times: ${writeBytes(peak)}`,
      }),
    );
  }
  const measurement: Measurement = {
    name: 'peak memory',
    unit: 'bytes',
    value: peak,
    ...(stable === undefined ? {} : { stable }),
  };
  return {
    detail: `, at most ${writeBytes(peak)} of memory`,
    findings,
    measurements: [measurement],
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
