import { expect, test } from 'vitest';
import type { Problem } from '../problem.js';
import { describeStrategy } from '../describe-strategy.js';
import { parseSerinYaml } from '../parse-serin-yaml.js';

const arms = 'model: churn\nstable: models/churn/1\ncanary: models/churn/2\n';
const gatesOf = (text: string) => parseSerinYaml(`${arms}gates: ${text}`, 'serin.yaml').gates;

function problemsOf(text: string): readonly string[] {
  try {
    gatesOf(text);
    return [];
  } catch (thrown) {
    const { words } = thrown as { words: { fields: { problems: readonly Problem[] } } };
    return words.fields.problems.map(({ message }) => message);
  }
}

test('the gate loadtest takes a load and thresholds, with their units', () => {
  expect(
    gatesOf('[{ loadtest: { rate: 200, duration: 20s, thresholds: [p99<50ms, errors<0.1%] } }]'),
  ).toEqual([
    {
      kind: 'built-in',
      name: 'loadtest',
      timeoutMs: 300_000,
      wishes: {
        load: { kind: 'open', fromPerSecond: 200, toPerSecond: 200 },
        durationMs: 20_000,
        thresholds: ['p99<50ms', 'errors<0.1%'],
      },
    },
  ]);
  const [ramp] = gatesOf('[{ loadtest: { rate: 10..100 }, timeout: 1m }]');
  expect(ramp).toMatchObject({
    timeoutMs: 60_000,
    wishes: { load: { fromPerSecond: 10, toPerSecond: 100 } },
  });
  const [users] = gatesOf('[{ loadtest: { users: 3, think: 1s..2s, compare: false } }]');
  expect(users).toMatchObject({
    wishes: { load: { kind: 'closed', users: 3, thinkMs: { from: 1_000, to: 2_000 } } },
  });
});

test('the gates validate and smoke take what holds a version, and how long it may take', () => {
  expect(
    gatesOf(
      '[{ validate: { profile: quick, minAgreement: 90%, maxMemory: 1GiB, inputs: { x: { datatype: float32, shape: [None, 2] } } } }, { smoke: { deadline: 5s } }, { smoke: {} }]',
    ),
  ).toMatchObject([
    {
      wishes: {
        profile: 'quick',
        minAgreement: 0.9,
        maxMemoryBytes: 2 ** 30,
        inputs: { x: { datatype: 'FP32', shape: [-1, 2] } },
      },
    },
    { name: 'smoke', wishes: { deadlineMs: 5_000 } },
    { name: 'smoke', wishes: {} },
  ]);
});

test.each([
  ['[{ loadtest: { rate: 200, threshold: [p99<5ms] } }]', '4:34: expected "thresholds"'],
  ['[{ loadtest: { thresholds: [rps>5, p99<50] } }]', '4:43: expected a time with its unit'],
  ['[{ loadtest: { rate: 5, users: 5 } }]', '4:39: expected either rate'],
  ['[{ loadtest: { rate: quick } }]', '4:29: expected requests a second: 200, or a ramp'],
  ['[{ loadtest: { rate: 0..0 } }]', '4:29: expected a rate above 0'],
  ['[{ loadtest: { think: 2s..1s } }]', '4:30: expected the shorter time first'],
  ['[{ loadtest: { duration: 20 } }]', '4:33: expected a time with its unit'],
  ['[{ loadtest: { duration: 10m } }]', '4:33: expected warm-up and duration of less than 300 s'],
  ['[{ validate: { minAgreement: 0.9 } }]', '4:37: expected a share from 0% to 100%'],
  ['[{ validate: { profile: fast } }]', '4:32: expected one of quick, standard, thorough'],
  ['[{ validate: { inputs: { x: { datatype: FP33 } } } }]', '4:48: expected one of BOOL'],
  ['[{ validate: { accept: { size-grow: why } } }]', 'as size-grown'],
  ['[{ validate: {}, smoke: {} }]', '4:9: expected exactly one of validate, smoke, loadtest'],
  ['[{ smoke: { wait: 5s } }]', 'the unknown key "wait"'],
])('what is wrong is said with its place: %s', (text, words) => {
  const [message = 'nothing', ...others] = problemsOf(text);
  expect(message).toContain(words);
  expect(others).toEqual([]);
});

test.each([
  ['http://127.0.0.1:9000', '[smoke, validate]', '4:16'],
  ['{ process: [node, app.js] }', '[{ validate: { profile: quick } }]', '4:21'],
  ['{ image: "wages:2" }', '[{ smoke: {} }, validate]', '4:24'],
])(
  'validate is refused at its place beside a canary that is no file: %s',
  (canary, gates, place) => {
    const text = `model: churn\nstable: http://127.0.0.1:8000\ncanary: ${canary}\ngates: ${gates}`;
    expect(() => parseSerinYaml(text, 'serin.yaml')).toThrow(
      expect.objectContaining({
        words: expect.objectContaining({
          expected: expect.stringContaining('an ONNX file, which validate examines') as string,
          advice: expect.stringContaining(`serin.yaml:${place}`) as string,
        }) as unknown,
      }) as Error,
    );
  },
);

test('a gate between two steps is somebody else, not one of these', () => {
  expect(() =>
    parseSerinYaml(`${arms}steps: [{ weight: 5 }, { gate: { smoke: {} } }]`, 'serin.yaml'),
  ).toThrow('"smoke"');
});

test('what the gates are asked is told in words', () => {
  const strategy = parseSerinYaml(
    `${arms}gates:
  - validate: { profile: thorough, minAgreement: 95%, maxSlowdown: 1.5 }
  - smoke
  - loadtest: { rate: 200, duration: 20s, thresholds: [p99<50ms] }
`,
    'serin.yaml',
  );
  expect(describeStrategy(strategy).sentences[1]).toContain(
    "the gates: validate (thorough, agrees with stable on 95% or more, at most 1.5 times stable's latency), then smoke, then loadtest (200 requests a second for 20s, p99<50ms, errors<0.1%).",
  );
});
