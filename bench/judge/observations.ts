import { Arm } from '../../src/domain/arm.js';
import { Outcome, type Observation, type Prediction } from '../../src/domain/observation.js';
import { Random } from '../../src/stats/random.js';

/** What the drawn answers hold. */
export type Predictions = 'none' | 'classes' | 'score' | 'long labels';

/** Of an ordinary model, or anything from 0.1 ms to ten minutes: as many bins as a sketch can get. */
export type Latencies = 'usual' | 'widely spread';

const shortestMs = 0.1;
const longestMs = 600_000;

/** Seeded observations of a tenth canary: the same in every run. */
export function drawObservations(
  count: number,
  predictions: Predictions,
  latencies: Latencies = 'usual',
): Observation[] {
  const random = new Random(1);
  return Array.from({ length: count }, (_, index) => {
    const prediction = predictionBy(random, predictions);
    return {
      requestId: 'r' as Observation['requestId'],
      startedAtMs: index / 10,
      arm: random.happens(0.1) ? Arm.Canary : Arm.Stable,
      latencyMs:
        latencies === 'usual'
          ? Math.exp(3 + random.normal() / 2)
          : shortestMs * (longestMs / shortestMs) ** random.uniform(),
      outcome: outcomeBy(random),
      stickyHash: random.bits(),
      ...(prediction === undefined ? {} : { prediction }),
    };
  });
}

function outcomeBy(random: Random): Outcome {
  if (random.happens(0.005)) return Outcome.Error;
  return random.happens(0.002) ? Outcome.Timeout : Outcome.Ok;
}

function predictionBy(random: Random, predictions: Predictions): Prediction | undefined {
  switch (predictions) {
    case 'none':
      return undefined;
    case 'classes':
      return { kind: 'class', label: `class ${Math.floor(10 * random.uniform())}` };
    case 'long labels':
      return {
        kind: 'class',
        label: `${Math.floor(1000 * random.uniform())}`.padStart(64, 'x'),
      };
    case 'score':
      return { kind: 'score', value: random.uniform() };
  }
}
