import { expect, test } from 'vitest';
import { toPercent } from '../../src/domain/share.js';
import {
  noFaults,
  simpleStrategy,
  simulatedHold,
  type CanaryKind,
  type Scenario,
} from '../../src/rollout/simulate/scenario.js';
import { simulate, type Simulated } from '../../src/rollout/simulate/simulate.js';
import { MemoryEventLog } from '../rollout/memory-event-log.js';

const gate = { kind: 'built-in', name: 'smoke', timeoutMs: 60_000 } as const;
const held = { hold: simulatedHold, onUndecided: 'pause' } as const;

function scenarioOf(canary: CanaryKind, servesInProcess: boolean): Scenario {
  const strategy = simpleStrategy([
    { kind: 'shadow', percent: toPercent(100), ...held },
    { kind: 'weight', weight: toPercent(10), ...held },
    { kind: 'gate', gate },
    { kind: 'weight', weight: toPercent(50), ...held },
    { kind: 'weight', weight: toPercent(100), ...held },
  ]);
  return {
    strategy: {
      ...strategy,
      gates: [gate],
      keepWarmMs: 60_000,
      notify: [{ kind: 'webhook', url: 'https://example.com', on: ['promoted', 'rolled-back'] }],
    },
    canary,
    showsAfterMs: 60_000,
    servesInProcess,
    traffic: 20,
    requests: 0,
    rates: noFaults,
  };
}

/** The way that the rollout took: its phases and steps, each once. */
function wayOf({ history }: Simulated): string[] {
  const places = history.flatMap((line) => /→ (.*)$/.exec(line)?.[1] ?? []);
  return places.filter((place, at) => place !== places[at - 1]);
}

test.each([
  ['good', 'promoted', true, true],
  ['good', 'promoted', false, true],
  ['harmful', 'rolled-back', false, true],
  ['crashing', 'rolled-back', false, true],
  // A step whose counts died with the server is measured again, so harm may show one step earlier.
  ['harmful', 'rolled-back', true, false],
  ['crashing', 'rolled-back', true, false],
  ['silent', 'paused', true, true],
] as const)(
  'a %s canary ends %s, wherever its server is killed (serving in process: %s)',
  async (canary, end, servesInProcess, byTheSameWay) => {
    const options = {
      newLog: () => new MemoryEventLog(),
      scenario: scenarioOf(canary, servesInProcess),
      keepsHistory: true,
    };
    const alone = await simulate(1, options);
    expect(alone).toMatchObject({ end, violations: [], crashes: 0 });
    // Before and after every append, every reading of the log, and every effect.
    expect(alone.crashPoints).toBeGreaterThan(20);
    for (let crashPoint = 1; crashPoint <= alone.crashPoints; crashPoint++) {
      const killed = await simulate(1, { ...options, crashPoint });
      expect(killed.crashes).toBe(1);
      expect(killed.violations, killed.history.join('\n')).toEqual([]);
      expect(killed.end, killed.history.join('\n')).toBe(end);
      if (byTheSameWay) expect(wayOf(killed), killed.history.join('\n')).toEqual(wayOf(alone));
    }
  },
);
