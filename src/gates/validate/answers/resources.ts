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
  const { model, stableModel, expectations, memoryLimitBytes } = context;
  const load = {
    value: model.readyAfterMs,
    stable: stableModel?.readyAfterMs,
    limit: expectations.maxLoadMs,
  };
  const peak = await model.peakMemoryBytes();
  const memory =
    peak === undefined
      ? undefined
      : { value: peak, stable: await stableModel?.peakMemoryBytes(), limit: memoryLimitBytes };
  const inWords = memory === undefined ? '' : `, at most ${writeBytes(memory.value)} of memory`;
  return {
    detail: `ready after ${seconds(load.value)}${inWords}`,
    findings: [...loadFindings(load), ...(memory === undefined ? [] : memoryFindings(memory))],
    measurements: [
      measurement('ready after', 'ms', load),
      ...(memory === undefined ? [] : [measurement('peak memory', 'bytes', memory)]),
    ],
  };
}

/** What was measured of the model, and of stable where there is one, and how much is allowed. */
export interface Use {
  readonly value: number;
  readonly stable: number | undefined;
  readonly limit: number | undefined;
}

/** What is wrong with how long a model took to be ready; all in milliseconds. */
export function loadFindings({ value, stable, limit }: Use): Finding[] {
  const findings: Finding[] = [];
  if (limit !== undefined && value > limit) {
    findings.push(
      finding('load-over-limit', 'the model takes long to be ready', {
        expected: `at most ${seconds(limit)}`,
        found: seconds(value),
      }),
    );
  }
  if (stable !== undefined && value > notableLoad * stable && value - stable > smallestLoadMs) {
    findings.push(
      finding('load-slower', 'the model takes much longer than stable to be ready', {
        expected: `at most ${notableLoad} times stable's ${seconds(stable)}`,
        found: seconds(value),
      }),
    );
  }
  return findings;
}

/** What is wrong with how much memory a model's process had at its peak; all in bytes. */
export function memoryFindings({ value, stable, limit }: Use): Finding[] {
  const findings: Finding[] = [];
  // The process is watched a few times a second: a peak between two looks shows only here.
  if (limit !== undefined && value > limit) {
    findings.push(
      finding('memory-over-limit', 'the model needs more memory than allowed', {
        expected: `at most ${writeBytes(limit)}`,
        found: `${writeBytes(value)} at its peak`,
      }),
    );
  }
  if (stable !== undefined && value > notableMemory * stable) {
    findings.push(
      finding('memory-grown', 'the model needs much more memory than stable', {
        expected: `at most ${notableMemory} times stable's ${writeBytes(stable)}`,
        found: `${writeNumber(value / stable)} times: ${writeBytes(value)}`,
      }),
    );
  }
  return findings;
}

function measurement(name: string, unit: string, { value, stable }: Use): Measurement {
  return { name, unit, value, ...(stable === undefined ? {} : { stable }) };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
