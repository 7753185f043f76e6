import { performance } from 'node:perf_hooks';
import { isBatchable } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import { joinRows, rowCount } from '../../../serving/rows.js';
import type { Random } from '../../../stats/random.js';
import { welchTest } from '../../../stats/welch.js';
import { writeInterval, writeNumber } from '../../report/quantity.js';
import type { Finding, Measurement, RatioEstimate } from '../../report/report.js';
import { skipped, type CheckOutcome } from '../check.js';
import { finding } from '../finding.js';
import { largestBatch } from '../inputs/largest-batch.js';
import type { LiveContext } from '../live-context.js';
import type { ModelUnderTest } from '../model-under-test.js';
import { timeBudget } from '../time-budget.js';

interface Timed {
  /** `1 row`, `64 rows`, or `one request` where requests have no rows. */
  readonly what: string;
  readonly isSingle: boolean;
  readonly candidateMs: readonly number[];
  /** Empty without stable. */
  readonly stableMs: readonly number[];
}

/** Which of the two did not answer. */
interface Refused {
  readonly refusedBy: 'the model' | 'stable';
}

/** Below so many pairs nothing is said of a ratio. */
const fewestPairs = 8;
/** The fewest pairs may take so many times the time that is meant for all. */
const slowestFactor = 10;
/** The first requests of a size are slower than all others. */
const warmUps = 3;

/**
 * How long a prediction takes, of one row and of a full batch, as whoever asks the runner's process
 * sees it. Stable is asked in turn with the candidate, in an order drawn by lot, so that whatever
 * else the machine does falls on both.
 */
export async function checkLatency(context: LiveContext): Promise<CheckOutcome> {
  const { settings, maker, known, subject, randomFor } = context;
  if (settings.latencyPairs === 0) return skipped('not part of this profile');
  const random = randomFor('latency');
  const one = known[0]?.inputs ?? maker?.make({ kind: 'random', random });
  if (one === undefined) return skipped('no inputs that the model takes');
  const largest = subject.batching.enabled ? largestBatch(subject, one) : 1;
  const canBatch = isBatchable(subject.signature) && rowCount(one) === 1 && largest > 1;
  const isRow = isBatchable(subject.signature) && rowCount(one) === 1;
  const requests = [
    { what: isRow ? '1 row' : 'one request', inputs: one },
    ...(canBatch
      ? [
          {
            what: `${largest} rows`,
            inputs: joinRows(Array<readonly Tensor[]>(largest).fill(one)),
          },
        ]
      : []),
  ];
  const timed: Timed[] = [];
  let refusedBy: Refused['refusedBy'] = 'the model';
  for (const { what, inputs } of requests) {
    const result = await time(context, inputs, random, settings.latencyMs / requests.length);
    if ('refusedBy' in result) refusedBy = result.refusedBy;
    else if (result.candidateMs.length > 0)
      timed.push({ what, isSingle: inputs === one, ...result });
  }
  if (timed.length === 0) return skipped(`${refusedBy} did not answer`);
  return {
    detail: timed.map(inWords).join('; '),
    findings: timed.flatMap((one) => findingsOf(context, one)),
    measurements: timed.flatMap(measurementsOf),
  };
}

/** Of the candidate's refusals other checks say more. */
async function time(
  { model, stableModel, settings }: LiveContext,
  inputs: readonly Tensor[],
  random: Random,
  longestMs: number,
): Promise<Pick<Timed, 'candidateMs' | 'stableMs'> | Refused> {
  const candidateMs: number[] = [];
  const stableMs: number[] = [];
  const sides: readonly (readonly [ModelUnderTest, number[]])[] = [
    [model, candidateMs],
    ...(stableModel === undefined ? [] : [[stableModel, stableMs] as const]),
  ];
  const isTimeUp = timeBudget(longestMs);
  const isFarTooLong = timeBudget(slowestFactor * longestMs);
  for (let pair = -warmUps; pair < settings.latencyPairs; pair += 1) {
    if ((isTimeUp() && pair >= fewestPairs) || isFarTooLong()) break;
    for (const [side, taken] of random.happens(0.5) ? sides : sides.toReversed()) {
      const sentAtMs = performance.now();
      const { failure } = await side.ask(inputs);
      if (failure !== undefined) return { refusedBy: side === model ? 'the model' : 'stable' };
      if (pair >= 0) taken.push(performance.now() - sentAtMs);
    }
  }
  return { candidateMs, stableMs };
}

function findingsOf({ expectations }: LiveContext, timed: Timed): Finding[] {
  const { maxSlowdown, maxLatencyMs } = expectations;
  const findings: Finding[] = [];
  const ratio = ratioOf(timed);
  if (ratio !== undefined && ratio.low > maxSlowdown) {
    findings.push(
      finding('latency-slower', `slower than stable with ${timed.what}`, {
        expected: `at most ${writeNumber(maxSlowdown)} times stable's ${ms(quantile(timed.stableMs, 0.5))}`,
        found: `${writeInterval(ratio)}: ${ms(quantile(timed.candidateMs, 0.5))}`,
      }),
    );
  }
  const p99 = quantile(timed.candidateMs, 0.99);
  if (maxLatencyMs !== undefined && timed.isSingle && p99 > maxLatencyMs) {
    findings.push(
      finding('latency-over-limit', `${timed.what} takes too long`, {
        expected: `99 of 100 within ${ms(maxLatencyMs)}`,
        found: ms(p99),
      }),
    );
  }
  return findings;
}

/**
 * The ratio of typical latencies with its 95% interval: Welch's test on their logarithms, whose
 * difference is the logarithm of the ratio of the geometric means.
 */
function ratioOf({ candidateMs, stableMs }: Timed): RatioEstimate | undefined {
  if (Math.min(candidateMs.length, stableMs.length) < fewestPairs) return undefined;
  const { difference, interval95 } = welchTest(candidateMs.map(Math.log), stableMs.map(Math.log));
  const [low, high] = interval95;
  return {
    estimate: Math.exp(difference),
    low: Math.exp(low),
    high: Math.exp(high),
    confidence: 0.95,
  };
}

function measurementsOf(timed: Timed): Measurement[] {
  const ratio = ratioOf(timed);
  return [0.5, 0.9, 0.99].map((share) => ({
    name: `latency p${share * 100}, ${timed.what}`,
    unit: 'ms',
    value: quantile(timed.candidateMs, share),
    ...(timed.stableMs.length === 0 ? {} : { stable: quantile(timed.stableMs, share) }),
    // It is of the typical latency, not of a tail.
    ...(ratio === undefined || share !== 0.5 ? {} : { ratio }),
  }));
}

function inWords(timed: Timed): string {
  const ratio = ratioOf(timed);
  const against = ratio === undefined ? '' : `, ${writeInterval(ratio)} stable's`;
  return `${ms(quantile(timed.candidateMs, 0.5))} for ${timed.what}${against}`;
}

function ms(value: number): string {
  return `${writeNumber(value)} ms`;
}

/** The value below which a share of the sample lies; the larger of two neighbours. */
function quantile(sample: readonly number[], share: number): number {
  const sorted = Float64Array.from(sample).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
