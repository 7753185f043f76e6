import { expect, test } from 'vitest';
import { checkSentences } from './describe-checks.js';
import { describeStrategy } from './describe-strategy.js';
import { parseSerinYaml } from './parse-serin-yaml.js';

const arms = 'model: churn\nstable: models/churn/1\ncanary: models/churn/2\n';
const strategyOf = (text: string) => parseSerinYaml(arms + text, 'serin.yaml');
const describe = (text: string, traffic?: number) => describeStrategy(strategyOf(text), traffic);

test('a strategy is told in the order in which it happens', () => {
  const text = `
traffic: { sticky: { header: x-user-id } }
gates: [validate]
steps:
  - shadow: { requests: 500 }
  - pause: look at the disagreements
  - weight: 10
  - gate: { command: npm run smoke, timeout: 90s }
  - weight: 50
    onUndecided: rollback
hold: { min: 30s, max: 15m, requests: 200 }
`;
  const { sentences, warnings, atLeastMs, atMostMs } = describe(text);
  const ofChecks = checkSentences(strategyOf(text));
  expect(sentences).toEqual([
    'churn: tries models/churn/2 against models/churn/1, split by in-process; the header x-user-id keeps each user on one arm.',
    'First loads the canary and warms it up; then the gates: validate. No user is touched by a failure here.',
    'Step 1: copies every request to the canary and shows no user its answers, for at least 30s and 500 requests of the canary, at most 15m.',
    'Step 2: waits for a person: look at the disagreements.',
    'Step 3: 10% of the traffic, for at least 30s and 200 requests of the canary, at most 15m; goes on when nothing leans to harm; if still undecided then, pauses for a person.',
    'Step 4: waits for the gate "npm run smoke", at most 1m 30s; rolls back if it fails.',
    'Step 5: 50% of the traffic, for at least 30s and 200 requests of the canary, at most 15m; goes on only when the judge has found the canary safe, after 2,000 requests of both arms; if still undecided then, rolls back.',
    ...ofChecks,
    'Then promotes: the canary becomes stable, and the old stable stays loaded for 1h, so that one command goes back.',
    'Rolls back at once on a crash, 10 failures in a row, an output that is not a number; and on harm that the judge finds, at any step. The same canary is then refused for 1m.',
  ]);
  expect(warnings).toEqual([]);
  expect([atLeastMs, atMostMs]).toEqual([90_000, 2_700_000]);
});

test('with the traffic known, requests become minutes, and a step that cannot be served is warned of', () => {
  const { sentences, warnings, atLeastMs } = describe('steps: [{ weight: 10 }, { weight: 50 }]', 2);
  expect(sentences[2]).toContain('200 requests of the canary (about 16m 40s)');
  expect(warnings).toEqual([
    'Step 1 needs about 16m 40s for its 200 requests, and ends undecided after 15m: fewer requests, or a longer max.',
    'Step 2 ends undecided after 15m: the judge finds no canary safe before it has seen 2,000 requests of both arms, which take about 16m 40s. A longer max lets it be promoted.',
  ]);
  // Neither step goes on before its 15 minutes are over.
  expect(atLeastMs).toBe(1_800_000);
});

test('a strategy that compares nothing is warned of', () => {
  expect(describe('steps: [{ weight: 100 }]').warnings[0]).toMatch(/never be found safe/);
});

test('a holdback is told, and counted in the time', () => {
  const { sentences, atMostMs } = describe(
    'steps: [{ weight: 50 }]\nholdback: { percent: 5%, for: 1h }\nfastFail: { memory: 1GiB }',
  );
  expect(sentences[5]).toBe(
    'Then keeps 5% on the old stable for 1h, and still rolls back on harm.',
  );
  expect(sentences[7]).toContain('or more than 1024 MiB of memory');
  expect(atMostMs).toBe(900_000 + 3_600_000);
});

test('a strategy that leaves harm to a person says that nothing is taken back by itself', () => {
  const { sentences } = describe(`
steps: [{ weight: 10 }]
onHarm: pause
holdback: { percent: 5%, for: 1h }`);
  const text = sentences.join(' ');
  expect(text).toContain('and still pauses on harm');
  expect(text).toContain('Pauses for a person, with the weight as it is, at once on a crash');
  expect(text).not.toMatch(/(?<!somebody )rolls back/i);
});

test('behind NGINX it is told that nobody looks at what the answers say', () => {
  const { sentences } = describeStrategy(
    parseSerinYaml(
      'model: churn\nstable: http://127.0.0.1:1\ncanary: http://127.0.0.1:2\ntraffic: { router: nginx, nginx: { listen: 8088 } }\nsteps: [{ shadow: { requests: 50 } }, { weight: 20 }]\n',
      'serin.yaml',
    ),
  );
  const told = sentences.join('\n');
  expect(told).toContain('at most 15m; of the answers, time and status are compared.');
  expect(told).toContain('Does not compare what the answers say, neither of users nor of copies');
  expect(told).not.toMatch(/other answers of|predictions apart|not a number/);
});
