import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SerinError } from '../domain/errors.js';
import type { Strategy } from '../rollout/strategy/strategy.js';
import { parseSerinYaml } from './parse-serin-yaml.js';
import type { Problem } from './problem.js';

const arms = 'model: churn\nstable: models/churn/1\ncanary: models/churn/2\n';

function stepsBy(percent: number, count: number): string {
  const steps = Array.from({ length: count }, (_, i) => `{ weight: ${(i + 1) * percent} }`);
  return `steps: [${steps.join(', ')}]`;
}

function parse(text: string): Strategy {
  return parseSerinYaml(text, 'serin.yaml');
}

function problemsOf(text: string): readonly Problem[] {
  try {
    parse(text);
  } catch (thrown) {
    if (!(thrown instanceof SerinError)) throw thrown;
    expect(thrown.code).toBe('config-invalid');
    return thrown.words.fields?.['problems'] as readonly Problem[];
  }
  return [];
}

function messagesOf(text: string): string[] {
  return problemsOf(text).map(({ message }) => message);
}

test('a model and two arms are enough', () => {
  const strategy = parse(arms);
  expect(strategy.steps.map((step) => step.kind === 'weight' && step.weight)).toEqual([
    10, 25, 50, 75, 100,
  ]);
  expect(strategy.steps[0]).toEqual({
    kind: 'weight',
    weight: 10,
    hold: { minMs: 30_000, maxMs: 900_000, requests: 200 },
    onUndecided: 'pause',
  });
  expect(strategy.stable).toEqual({ kind: 'path', path: 'models/churn/1' });
});

test('a least agreement is understood as a share', () => {
  const { checks } = parse(
    'model: churn\nstable: a\ncanary: b\nchecks: { agreement: { min: 95% } }\n',
  );
  expect(checks.agreement).toEqual({ min: 0.95 });
});

test('every key of the design is understood', () => {
  const strategy = parse(`model: churn
stable: http://127.0.0.1:7011
canary: { image: "registry.example:5000/churn:2" }
traffic:
  router: nginx
  nginx:
    listen: [8088, "*:8089", { address: 8443, certificate: /etc/a.pem, key: /etc/a.key }]
    mode: lua
    limits: { requestsPerSecond: 50, connections: 10 }
    maxBody: 1MiB
    readTimeout: 5s
    canaryTimeout: 2s
    mostLost: 0.5%
  sticky: { header: X-User-Id }
gates: [smoke, { webhook: "https://example.com/ok", timeout: 10s }, { command: npm run smoke }]
steps:
  - shadow: { requests: 500, percent: 20% }
    hold: { min: 1m }
  - pause: look at the disagreements
  - weight: 0.5
  - gate: { webhook: "https://example.com/go" }
  - weight: 95
    hold: { max: 2h, requests: 3 }
    onUndecided: rollback
hold: { min: 30s, max: 15m, requests: 200 }
checks:
  alpha: 0.01
  latency: { tolerance: 10% }
  errors: { tolerance: 0.5% }
  predictions: off
  agreement: { tolerance: 2% }
  feedback: off
fastFail: { consecutiveErrors: 3, memory: 1.5GiB }
onUndecided: promote
onHarm: pause
coolDown: 1h
holdback: { percent: 5%, for: 1d }
keepWarm: 500ms
notify: [{ webhook: "https://example.com/x", on: [rolled-back] }, { slack: "https://example.com/y" }]
`);
  expect(strategy).toMatchObject({
    stable: { kind: 'http', url: 'http://127.0.0.1:7011' },
    canary: { kind: 'image', image: 'registry.example:5000/churn:2' },
    router: 'nginx',
    nginx: {
      listen: [
        { host: '127.0.0.1', port: 8088 },
        { host: '*', port: 8089 },
        {
          ...{ host: '127.0.0.1', port: 8443 },
          tls: { certificate: '/etc/a.pem', key: '/etc/a.key' },
        },
      ],
      mode: 'lua',
      limits: { requestsPerSecond: 50, connections: 10 },
      maxBodyBytes: 2 ** 20,
      readTimeoutMs: 5_000,
      canaryTimeoutMs: 2_000,
      mostLost: 0.005,
    },
    sticky: { from: 'header', name: 'x-user-id' },
    gates: [
      { kind: 'built-in', name: 'smoke', timeoutMs: 300_000 },
      { kind: 'webhook', timeoutMs: 10_000 },
      { kind: 'command', command: 'npm run smoke' },
    ],
    steps: [
      { kind: 'shadow', percent: 20, hold: { minMs: 60_000, requests: 500 } },
      { kind: 'pause', reason: 'look at the disagreements' },
      { kind: 'weight', weight: 0.5, onUndecided: 'promote' },
      { kind: 'gate' },
      {
        weight: 95,
        hold: { minMs: 30_000, maxMs: 7_200_000, requests: 3 },
        onUndecided: 'rollback',
      },
    ],
    checks: {
      alpha: 0.01,
      latency: { tolerance: 0.1 },
      errors: { tolerance: 0.005 },
      predictions: 'off',
      agreement: { tolerance: 0.02 },
      feedback: 'off',
    },
    fastFail: { consecutiveErrors: 3, memoryBytes: 1.5 * 2 ** 30 },
    onHarm: 'pause',
    coolDownMs: 3_600_000,
    holdback: { percent: 5, forMs: 86_400_000 },
    keepWarmMs: 500,
    notify: [
      { kind: 'webhook', on: ['rolled-back'] },
      { kind: 'slack', on: ['paused', 'promoted', 'rolled-back', 'failed'] },
    ],
  });
});

test('an image can be named with the prefix image:', () => {
  expect(parse('model: a\nstable: "image:churn:1"\ncanary: models/2\n').stable).toEqual({
    kind: 'image',
    image: 'churn:1',
    launch: { containerPort: 7000, env: {} },
  });
});

test('what Serin is to start is read with all that it is given', () => {
  const strategy = parse(`model: a
stable: { process: [node, app.js, --fast], port: 7011, health: /up, env: { N: 2, ON: true }, cwd: app }
canary: { image: churn:2, port: 7012, containerPort: 80, memory: 96MiB, cpus: 0.5 }
`);
  expect(strategy.stable).toEqual({
    kind: 'process',
    launch: {
      command: ['node', 'app.js', '--fast'],
      port: 7011,
      health: '/up',
      env: { N: '2', ON: 'true' },
      cwd: 'app',
    },
  });
  expect(strategy.canary).toEqual({
    kind: 'image',
    image: 'churn:2',
    launch: { port: 7012, containerPort: 80, env: {}, memoryBytes: 96 * 2 ** 20, cpus: 0.5 },
  });
});

test.each([
  ['{ process: node app.js }', /a program and its arguments: \[node, app.js\]/],
  ['{ process: [node], health: up }', /a path, such as \/health/],
  ['{ process: [node], memory: 1GiB }', /memory/],
  ['{ image: churn:2, port: 99999 }', /a port: a whole number from 1 to 65535/],
  ['{ imgae: churn:2 }', /http:\/\/host:port, \{ process: .* or \{ image: name:tag \}/],
  ['{ process: [node], image: churn:2 }', /one of .*, found|\{ image: name:tag \}/],
  ['{ image: churn:2, memory: 96 }', /a size with its unit/],
])('%s is refused with what it should be', (arm, words) => {
  expect(messagesOf(`model: a\nstable: models/1\ncanary: ${arm}\n`).join()).toMatch(words);
});

test('every mistake is reported at once, in the order of the file, with what was meant', () => {
  const messages = messagesOf(`${arms}steps:
  - weigth: 10
  - weight: 150
hold: { min: 30, max: 15 m }
checks: { latency: { tolerence: 10% } }
onUndecided: stop
`);
  expect(messages).toEqual([
    'serin.yaml:5:5: expected "weight", found the unknown key "weigth"',
    'serin.yaml:6:13: expected a weight: a number above 0, at most 100, without a unit, found 150',
    'serin.yaml:7:14: expected a time with its unit (ms, s, m, h, d), such as 30s or 15m, found 30',
    'serin.yaml:7:23: expected a time with its unit (ms, s, m, h, d), such as 30s or 15m, found "15 m"',
    'serin.yaml:8:22: expected "tolerance", found the unknown key "tolerence"',
    'serin.yaml:9:14: expected one of pause, promote, rollback, found "stop"',
  ]);
});

test.each([
  [
    'a share without its unit',
    'checks: { errors: { tolerance: 10 } }',
    /4:32: .*10% or 0.5%, found 10/,
  ],
  ['a share above 100%', 'checks: { errors: { tolerance: 101% } }', /from 0% to 100%/],
  ['a size without its unit', 'fastFail: { memory: 512 }', /4:21: expected a size with its unit/],
  ['a time in a unit of shares', 'coolDown: 10%', /4:11: expected a time with its unit/],
  ['a negative time', 'coolDown: -1s', /expected a time/],
  ['a weight with a unit', 'steps: [{ weight: 10% }]', /4:19: expected a weight/],
  ['a weight of 0', 'steps: [{ weight: 0 }]', /a number above 0/],
  ['a weight that is not a number', 'steps: [{ weight: .nan }]', /expected a weight/],
  ['no steps', 'steps: []', /4:8: expected a list of 1 to 50 steps, found \[\]/],
  ['more steps than are remembered', stepsBy(0.1, 51), /4:8: expected a list of 1 to 50 steps/],
  ['a thousand steps', stepsBy(0.1, 1000), /4:8: expected a list of 1 to 50 steps/],
  ['an NGINX without an address', 'traffic: { router: nginx }', /listen: port/],
  ['an NGINX that nothing is routed by', 'traffic: { nginx: { listen: 1 } }', /router: nginx/],
  [
    'a field of the body behind NGINX',
    'traffic: { router: nginx, nginx: { listen: 1 }, sticky: { field: user } }',
    /a header or a cookie/,
  ],
  [
    'a least agreement of copies that nobody compares',
    'traffic: { router: nginx, nginx: { listen: 1 } }\nsteps: [{ shadow: { requests: 1 } }, { weight: 9 }]\nchecks: { agreement: { min: 95% } }',
    /no least agreement/,
  ],
  ['a file behind NGINX', 'traffic: { router: nginx, nginx: { listen: 1 } }', /an HTTP server/],
  ['an unknown router', 'traffic: { router: istio }', /one of in-process, nginx, found/],
  [
    'a router that no server has',
    'traffic: { router: gateway-api }',
    /4:20: expected one of in-process, nginx, found "gateway-api"/,
  ],
  ['a gate with a typo', 'gates: [validat]', /4:9: expected a gate: validate, smoke/],
  [
    'two keys of one step',
    'steps: [{ weight: 5, pause: x }]',
    /exactly one of .*, found weight and pause/,
  ],
  ['an empty step', 'steps: [{ hold: { min: 1s } }, { weight: 5 }]', /4:9: .*found none of them/],
  [
    'only a shadow',
    'steps: [{ shadow: { requests: 5 } }]',
    /expected at least one weight, found none/,
  ],
  [
    'a hold on a pause',
    'steps: [{ weight: 5 }, { pause: x, hold: { min: 1s } }]',
    /hold only in shadow/,
  ],
  [
    'two request counts for a shadow',
    'steps: [{ shadow: { requests: 5 }, hold: { requests: 9 } }, { weight: 5 }]',
    /in shadow itself/,
  ],
  ['max before min', 'hold: { min: 2m, max: 1m }', /4:23: expected max to be longer than min/],
  [
    'a step whose min is beyond the common max',
    'steps: [{ weight: 5, hold: { min: 2m } }]\nhold: { max: 1m }',
    /4:35: expected max to be longer/,
  ],
  ['an own max below the default min', 'hold: { max: 10s }', /expected max to be longer/],
  ['a holdback of everything', 'holdback: { percent: 100%, for: 1h }', /at most 50%/],
  ['a tag of what is no image', 'notify: [{ tag: stable }]', /4:17: expected canary: { image: … }/],
  ['a tag with events', 'notify: [{ tag: stable, on: [paused] }]', /4:29: expected no events/],
  [
    'a webhook that is no address',
    'notify: [{ webhook: ftp://x }]',
    /4:21: expected an http or https address/,
  ],
  [
    'a sticky key from two places',
    'traffic: { sticky: { header: a, cookie: b } }',
    /found header and cookie/,
  ],
  ['the same key twice', 'coolDown: 1s\ncoolDown: 2s', /5:1: .*Map keys must be unique/],
  ['a tag', 'coolDown: !!js/function x', /4:11: expected YAML, found Unresolved tag/],
  ['a prototype', '__proto__: { x: 1 }', /the unknown key "__proto__"/],
])('%s is refused', (_, text, message) => {
  const messages = messagesOf(`${arms}${text}\n`);
  expect(messages.join('\n')).toMatch(message);
});

test('fifty steps are a strategy', () => {
  expect(parse(`${arms}${stepsBy(2, 50)}\n`).steps).toHaveLength(50);
});

test('a step that cannot be reached is refused', () => {
  expect(
    messagesOf(`${arms}steps:
  - weight: 10
  - shadow: { requests: 5 }
  - weight: 10
  - weight: 100
  - pause: never seen
`),
  ).toEqual([
    'serin.yaml:6:5: expected shadow steps before the first weight, found one after it',
    'serin.yaml:7:13: expected a weight above 10, the one before, found 10',
    'serin.yaml:9:5: expected no step after 100%, found a step that is never reached',
  ]);
  expect(messagesOf(`${arms}steps: [{ weight: 96 }]\nholdback: { percent: 5%, for: 1h }`)).toEqual([
    'serin.yaml:4:19: expected at most 95, since the holdback keeps the rest on stable, found 96',
  ]);
});

test('an arm that is missing, or is the other arm, is refused', () => {
  expect(messagesOf('model: a\nstable: b\n')[0]).toMatch(/^serin.yaml:1:1: expected "canary": /);
  expect(messagesOf('model: a\nstable: b\ncanary: b\n')).toEqual([
    'serin.yaml:3:9: expected another version than stable, found "b"',
  ]);
});

test('an image without braces is answered with how to write it', () => {
  expect(messagesOf('model: a\nstable: image: churn:1\ncanary: b\n')[0]).toMatch(
    /^serin.yaml:2:9: expected braces round a mapping .* \{ image: name:tag \}/,
  );
});

test.each([
  ['larger than any person writes', `# ${'x'.repeat(300_000)}`, /at most 262144 bytes/],
  ['deep in brackets', '['.repeat(100_000), /at most 32 levels/],
  ['deep in dashes', '- '.repeat(100_000), /at most 32 levels/],
  ['deep in question marks', `a:\n  ${'? '.repeat(100_000)}`, /:2:1: expected at most 32 levels/],
  ['an alias bomb', aliasBomb(), /at most 100 uses of aliases/],
  ['empty', '', /expected a rollout: .*, found null/],
  ['a list', '- 1', /expected a rollout: /],
  ['broken', 'model: "churn', /:1:14: expected YAML, found Missing closing "quote/],
])('a file that is %s is refused', (_, text, message) => {
  expect(messagesOf(text).join('\n')).toMatch(message);
});

test('an anchor may be used a few times, and its mistakes have a place', () => {
  const held =
    'steps:\n  - { weight: 5, hold: &h { min: 1s, max: 9s } }\n  - { weight: 6, hold: *h }\n';
  expect(parse(arms + held).steps[1]).toMatchObject({ hold: { minMs: 1000, maxMs: 9000 } });
  expect(messagesOf(arms + held.replace('1s', '1x'))[0]).toMatch(
    /^serin.yaml:5:34: expected a time/,
  );
});

test('of very many problems the first 20 are listed, and how many more there are', () => {
  const keys = Array.from({ length: 25 }, (_, i) => `wrong${i}: 1\n`).join('');
  const messages = messagesOf(arms + keys);
  expect(messages).toHaveLength(21);
  expect(messages[19]).toMatch(/^serin.yaml:23:1: expected .*wrong19/);
  expect(messages[20]).toBe('serin.yaml:24:1: and 5 more, from here on');
  expect(messagesOf(arms + keys.split('\n', 20).join('\n'))).toHaveLength(20);
});

test('whatever is in the file, the answer is a strategy or a list of problems with places', () => {
  const word = fc.constantFrom(
    'model',
    'stable',
    'canary',
    'steps',
    'weight',
    'hold',
    'min',
    'gates',
    'checks',
    'latency',
    ': ',
    '\n',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '  ',
    '10%',
    '30s',
    '10',
    'off',
    '&a',
    '*a',
    '|',
    '"',
    '#',
    '\t',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(word, fc.string({ maxLength: 4 })), { maxLength: 40 }),
      (parts) => {
        for (const { line, column, expected, found } of problemsOf(parts.join(''))) {
          expect(line >= 1 && column >= 1 && expected !== '' && found !== '').toBe(true);
        }
      },
    ),
    { numRuns: 2_000, seed: 4 },
  );
});

function aliasBomb(): string {
  const levels = Array.from({ length: 9 }, (_, i) => {
    const before = i === 0 ? '1' : `*a${i - 1}`;
    return `a${i}: &a${i} [${Array.from({ length: 9 }, () => before).join(', ')}]`;
  });
  return levels.join('\n');
}
