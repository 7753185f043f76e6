import { expect, test } from 'vitest';
import { checkSentences } from './describe-checks.js';
import { parseSerinYaml } from './parse-serin-yaml.js';

const sentencesOf = (text: string) =>
  checkSentences(parseSerinYaml(`model: churn\nstable: a\ncanary: b\n${text}\n`, 'serin.yaml'));

test('what is harm, and what must be excluded before promotion, is told with its numbers', () => {
  const harmless =
    'steps: [{ shadow: { requests: 9 } }, { weight: 50 }]\nchecks: { timeouts: { tolerance: 1%, gate: true }, feedback: { measure: log-loss, tolerance: 0.05, gate: true } }';
  expect(sentencesOf(harmless)).toEqual([
    "Takes for harm, with a chance of 5% of ever blaming a harmless canary: errors above 1.25 times stable's and 0.1 points more; time-outs above 1.25 times stable's and 1 point more; mean latency slower by more than 5% and 0.5 ms; p95 slower by more than 10% and 0.5 ms; p99 slower by more than 25% and 0.5 ms; twice the p99 slower by more than 25% and 0.5 ms; predictions apart by 0.2 or more; other answers of 5% of the copies; log-loss by feedback more than 0.05 higher.",
    "Has to exclude before promotion: errors of 1.5 times stable's that are 0.5 points more; time-outs of 1.5 times stable's that are 2 points more; mean latency slower by 10% and 0.5 ms; p95 slower by 25% and 0.5 ms; p99 slower by 100% and 0.5 ms; predictions apart by 0.2; log-loss by feedback 0.1 higher.",
  ]);
});

test.each([
  ['{ tolerance: 3% }', 'accuracy by feedback more than 3 points lower'],
  ['{ measure: score, tolerance: 40 }', 'score by feedback more than 40 lower'],
  [
    '{ measure: labelled-pairs, tolerance: 50% }',
    'labelled-pairs by feedback more than 1.5 times as often wrong alone',
  ],
])('feedback %s is told in its unit', (feedback, words) => {
  const shadow = 'steps: [{ shadow: { requests: 9 } }, { weight: 50 }]';
  expect(sentencesOf(`${shadow}\nchecks: { feedback: ${feedback} }`)[0]).toContain(words);
});

test('a strategy whose every gate is off is told never to be found safe', () => {
  expect(
    sentencesOf('checks: { latency: off, errors: off, predictions: off, timeouts: {} }')[1],
  ).toMatch(/never found safe/);
});
