import { expect, test } from 'vitest';
import { SerinError } from '../domain/errors.js';
import { parseSerinYaml } from './parse-serin-yaml.js';
import type { Problem } from './problem.js';

const arms = 'model: churn\nstable: models/churn/1\ncanary: models/churn/2\n';
const shadow = 'steps: [{ shadow: { requests: 9 } }, { weight: 5 }]';

const checksOf = (text: string) => parseSerinYaml(`${arms}${text}\n`, 'serin.yaml').checks;

function messagesOf(text: string): string {
  try {
    checksOf(text);
  } catch (thrown) {
    if (!(thrown instanceof SerinError)) throw thrown;
    const problems = thrown.words.fields?.['problems'] as readonly Problem[];
    return problems.map(({ message }) => message).join('\n');
  }
  return '';
}

test('feedback has a measure, a tolerance in its unit, and may be a gate', () => {
  expect(checksOf('checks: { feedback: { tolerance: 1% } }').feedback).toEqual({ tolerance: 0.01 });
  expect(
    checksOf('checks: { feedback: { measure: log-loss, tolerance: 0.05, gate: true } }').feedback,
  ).toEqual({ measure: 'log-loss', tolerance: 0.05, gate: true });
  expect(
    checksOf(`${shadow}\nchecks: { feedback: { measure: labelled-pairs, tolerance: 25% } }`)
      .feedback,
  ).toEqual({ measure: 'labelled-pairs', tolerance: 0.25 });
});

test('time-outs are asked for where the file names them', () => {
  expect(checksOf('checks: {}')).not.toHaveProperty('timeouts');
  expect(checksOf('checks: { timeouts: { tolerance: 1%, gate: true } }').timeouts).toEqual({
    tolerance: 0.01,
    gate: true,
  });
  const timeoutsAlone =
    'checks: { latency: off, errors: off, predictions: off, feedback: off, timeouts: {} }';
  expect(messagesOf(timeoutsAlone)).toBe('');
});

test.each([
  [
    'an unknown measure',
    '{ measure: auc, tolerance: 1 }',
    /4:32: expected one of accuracy, log-loss, score, labelled-pairs, found "auc"/,
  ],
  [
    'a percentage of a log-loss',
    '{ measure: log-loss, tolerance: 2% }',
    /4:53: expected a plain number in the unit of the log-loss, such as 0.02, found "2%"/,
  ],
  ['a negative tolerance', '{ tolerance: -1 }', /4:34: expected a share such as 2%, or a plain/],
  ['an accuracy tolerance above 1', '{ tolerance: 2 }', /4:34: expected a share of all answers/],
  ['a score without a tolerance', '{ measure: score }', /4:21: expected a tolerance, as what is/],
  ['a gate that is no yes or no', '{ gate: 2% }', /4:29: expected true or false, found "2%"/],
  ['a gate of nothing', '{ tolerance: 0%, gate: true }', /4:34: expected more than 0/],
  [
    'pairs that never come to be',
    '{ measure: labelled-pairs, tolerance: 25% }',
    /4:32: expected a shadow step, as only there both arms answer one input/,
  ],
  ['a misspelt key', '{ mesure: score }', /4:23: expected "measure", found the unknown key/],
])('feedback with %s is refused at its place', (_, feedback, message) => {
  expect(messagesOf(`checks: { feedback: ${feedback} }`)).toMatch(message);
});

test('behind NGINX feedback is a score, and anything else is refused', () => {
  const behindNginx =
    'model: a\nstable: http://127.0.0.1:1\ncanary: http://127.0.0.1:2\ntraffic: { router: nginx, nginx: { listen: 8088 } }\n';
  const parse = (feedback: string) =>
    parseSerinYaml(`${behindNginx}checks: { feedback: ${feedback} }\n`, 'serin.yaml');
  expect(parse('{ tolerance: 0.5 }').checks.feedback).toEqual({ tolerance: 0.5 });
  expect(() => parse('{ measure: accuracy }')).toThrow(/score, as NGINX/);
});

test('behind NGINX what only a body could tell is refused, and nothing to judge by is noticed', () => {
  const behindNginx =
    'model: a\nstable: http://127.0.0.1:1\ncanary: http://127.0.0.1:2\ntraffic: { router: nginx, nginx: { listen: 8088 } }\n';
  const parse = (checks: string) =>
    parseSerinYaml(`${behindNginx}checks: ${checks}\n`, 'serin.yaml');
  expect(() => parse('{ predictions: { drift: 0.1 } }')).toThrow(
    /expected no drift of predictions, as NGINX tells of no answer, found 0.1/,
  );
  expect(() => parse('{ latency: off, errors: off }')).toThrow(/found all of them off/);
  expect(parse('{ latency: off, errors: off, timeouts: {} }').router).toBe('nginx');
});

test('a tolerance of time-outs that no share can have is refused', () => {
  expect(messagesOf('checks: { timeouts: { tolerance: 51% } }')).toMatch(
    /4:34: expected at most 50%/,
  );
});
