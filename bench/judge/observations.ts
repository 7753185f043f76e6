import { Arm } from '../../src/domain/arm.js';
import { Outcome, type Observation, type Prediction } from '../../src/domain/observation.js';
import { Random } from '../../src/stats/random.js';

/** What the drawn answers hold. */
export type Predictions = 'none' | 'classes' | 'score' | 'long labels';

/** Seeded observations of a tenth canary: the same in every run. */
export function drawObservations(count: number, predictions: Predictions): Observation[] {
  const random = new Random(1);
  return Array.from({ length: count }, (_, index) => {
    const prediction = predictionBy(random, predictions);
    return {
      requestId: 'r' as Observation['requestId'],
      startedAtMs: index / 10,
      arm: random.happens(0.1) ? Arm.Canary : Arm.Stable,
      latencyMs: Math.exp(3 + random.normal() / 2),
      outcome: random.happens(0.005) ? Outcome.Error : Outcome.Ok,
      stickyHash: random.bits(),
      ...(prediction === undefined ? {} : { prediction }),
    };
  });
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
