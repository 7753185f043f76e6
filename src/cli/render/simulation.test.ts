import { expect, test } from 'vitest';
import type { MethodResult, Simulation } from '../judge/simulate.js';
import { renderSimulation } from './simulation.js';

const method = (
  name: string,
  falseAlarms: number,
  foundAfter: readonly number[],
): MethodResult => ({
  method: name,
  falseAlarms,
  rolledBack: foundAfter.length / 4,
  promoted: name === 'Serin' ? 0.25 : null,
  medianRequests: foundAfter[Math.floor(foundAfter.length / 2)] ?? null,
  medianCanaryRequests: name === 'Serin' && foundAfter.length > 0 ? 297 : null,
  foundAfter,
});
const simulation: Simulation = {
  scenario: 'regression=latency+20%',
  harmless: false,
  runs: 4,
  seed: 1,
  methods: [
    method('Serin', 0, [2800, 3000, 3200]),
    method('Welch', 0.5, [400, 800, 800, 900]),
    method('more than 5 errors', 1, []),
  ],
};

test('a simulation is told as a table, in words that weigh speed against errors, and as a chart', () => {
  const text = renderSimulation(simulation);
  expect(text).toContain('4 rollouts with it and 4 with a harmless canary');
  expect(text).toMatch(/Serin +0\.0% +75\.0% +25\.0% +3000/);
  expect(text).toMatch(/more than 5 errors +100\.0% +0\.0% +– +–/);
  expect(text).toContain(
    "Serin rolled it back in 75.0% of the rollouts: half of them within 3,000 requests, 297 of them the canary's.",
  );
  expect(text).toContain(
    'Of the harmless canaries Serin rolled back 0.0%; the other methods, asked as often (every 200 requests), 50.0% to 100.0%.',
  );
  expect(text).toMatch(/100% ┤.*·/);
});

test('a scenario in which nothing is wrong has no regression to be found', () => {
  const text = renderSimulation({ ...simulation, scenario: 'none', harmless: true });
  expect(text).toContain('none: 4 harmless rollouts, played twice');
  expect(text).not.toContain('rolled it back');
});

test('a regression that nobody finds is told without a number of requests', () => {
  const methods = [method('Serin', 0, []), method('Welch', 0, [])];
  expect(renderSimulation({ ...simulation, methods })).toContain(
    'Serin rolled it back in 0.0% of the rollouts.',
  );
});
