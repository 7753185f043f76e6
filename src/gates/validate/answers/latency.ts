import { performance } from 'node:perf_hooks';
import { isBatchable } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import { joinRows, rowCount } from '../../../serving/rows.js';
import type { Random } from '../../../stats/random.js';
import { skipped, type CheckOutcome } from '../check.js';
import { largestBatch } from '../inputs/largest-batch.js';
import type { LiveContext } from '../live-context.js';
import type { ModelUnderTest } from '../model-under-test.js';
import { timeBudget } from '../time-budget.js';
import { fewestPairs, latencyFindings, measurementsOf, timedInWords, type Timed } from './timed.js';

/** Which of the two did not answer. */
interface Refused {
  readonly refusedBy: 'the model' | 'stable';
}

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
    detail: timed.map(timedInWords).join('; '),
    findings: timed.flatMap((one) => latencyFindings(one, context.expectations)),
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
