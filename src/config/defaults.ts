import { OnUndecided } from '../rollout/strategy/step.js';

/** What holds where serin.yaml says nothing; docs/reference/serin-yaml.md says the same. */
export const defaults = {
  /** Where an app listens inside its container. */
  containerPort: 7000,
  weights: [10, 25, 50, 75, 100],
  hold: { min: '30s', max: '15m', requests: 200 },
  alpha: 0.05,
  consecutiveErrors: 10,
  onUndecided: OnUndecided.Pause,
  gateTimeout: '5m',
  coolDown: '1m',
  keepWarm: '1h',
  /** After so long a canary that is only held is said to be undecided. */
  longestHeld: '7d',
} as const;
