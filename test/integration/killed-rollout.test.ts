import { expect, test } from 'vitest';
import { surviveKills } from '../../bench/rollout/survive-kills.js';

// Each kill takes the time of a whole start on a machine that is busy.
test(
  'a server that is killed in the middle of a rollout loses no request but those in flight, and ends it as if nothing had been',
  { timeout: 240_000 },
  async () => {
    const outcome = await surviveKills({
      kills: 3,
      connections: 4,
      fromMs: 500,
      toMs: 4_000,
      seed: 7,
      strategy: (stable, canary) => `model: churn
stable: ${stable}
canary: ${canary}
steps: [{ shadow: { requests: 100 } }, { weight: 20 }, { weight: 50 }]
hold: { min: 1s, max: 3m, requests: 50 }
checks: { latency: { tolerance: 100% }, predictions: off, agreement: off }
`,
      onProgress: () => undefined,
    });
    expect(outcome).toMatchObject({ kills: 3, refused: 0, lost: 0 });
    expect(outcome.outcomes.at(-1)).toBe('promoted');
    expect(outcome.requests).toBeGreaterThan(1000);
  },
);
