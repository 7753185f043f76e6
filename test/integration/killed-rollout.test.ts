import { expect, test } from 'vitest';
import { surviveKills } from '../../bench/rollout/survive-kills.js';

// Each kill takes the time of a whole start on a machine that is busy. bench/rollout/kill.ts does
// the same at many more moments.
test(
  'a server that is killed while it promotes, or rolls back, loses no request but those in flight: a good canary is promoted and a bad one rolled back as if nothing had been',
  { timeout: 600_000 },
  async () => {
    const { rollouts, ...outcome } = await surviveKills({
      rollouts: [
        { canary: 'good', kills: ['promoting'] },
        { canary: 'bad', kills: ['rolling-back'] },
      ],
      connections: 4,
      seed: 7,
      strategy: (stable, canary) => `model: churn
stable: ${stable}
canary: ${canary}
steps: [{ shadow: { requests: 100 } }, { weight: 20 }, { weight: 50 }]
hold: { min: 1s, max: 10m, requests: 50 }
checks: { latency: { tolerance: 100% }, agreement: off }
coolDown: 0s
`,
      onProgress: () => undefined,
    });
    expect(outcome).toMatchObject({ kills: 2, refused: 0, lost: 0 });
    expect(rollouts).toMatchObject([
      { outcome: 'promoted', by: 'the judge', isRight: true },
      { outcome: 'rolled-back', by: 'the judge', isRight: true },
    ]);
    // Of what is wrong with it, and of nothing that a kill may have broken.
    expect(rollouts[1]?.sentence).toMatch(/The canary harms: .*answers/);
    expect(outcome.requests).toBeGreaterThan(1000);
  },
);
