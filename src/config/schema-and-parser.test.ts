import { readFileSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { SerinError } from '../domain/errors.js';
import { commentedTemplate } from './commented-template.js';
import { parseSerinYaml } from './parse-serin-yaml.js';
import type { Problem } from './problem.js';

/*
 * What an editor says of a file, by the published schema alone, and what the parser says of it.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const schemaFile = `${root}schemas/serin.schema.json`;
const fits = new Ajv().compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

function acceptedBySchema(text: string): boolean {
  return fits(parse(text));
}

/** What the parser has against a file; nothing where it takes it. */
function refusals(text: string): string[] {
  try {
    parseSerinYaml(text, 'serin.yaml');
    return [];
  } catch (thrown) {
    if (!(thrown instanceof SerinError)) throw thrown;
    return (thrown.words.fields?.['problems'] as readonly Problem[]).map(({ message }) => message);
  }
}

const namesIn = (folder: string): string[] =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`);

const examples = namesIn('examples').filter((name) => /\/serin[^/]*\.yaml$/.test(name));

test.each(examples)(
  '%s is taken by both, and its first line leads an editor to the schema',
  (name) => {
    const text = readFileSync(root + name, 'utf8');
    expect(refusals(text)).toEqual([]);
    expect(acceptedBySchema(text), JSON.stringify(fits.errors)).toBe(true);
    const address = /^# yaml-language-server: \$schema=(.*)\n/.exec(text)?.[1] ?? 'none';
    expect(resolve(dirname(root + name), address)).toBe(schemaFile);
  },
);

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(3);
});

test('what serin init writes is taken by both', () => {
  for (const canary of ['models/churn/2', 'http://127.0.0.1:7012']) {
    const arms = { model: 'churn', stable: 'models/churn/1', canary };
    const text = commentedTemplate({ ...arms, schema: 'serin.schema.json' });
    expect(refusals(text)).toEqual([]);
    expect(acceptedBySchema(text), JSON.stringify(fits.errors)).toBe(true);
  }
});

const pages = ['README.md', ...namesIn('docs'), ...namesIn('examples')]
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    [...readFileSync(root + name, 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)].flatMap(
      ([, text = '']) => (/^model: /m.test(text) ? [{ name, text }] : []),
    ),
  );

test.each(pages)('the file in $name is taken by both', ({ text }) => {
  expect(refusals(text)).toEqual([]);
  expect(acceptedBySchema(text), JSON.stringify(fits.errors)).toBe(true);
});

const arms = 'model: churn\nstable: models/churn/1\ncanary: models/churn/2\n';

test.each([
  ['without a canary', 'model: churn\nstable: a'],
  ['with an unknown key', `${arms}extra: 1`],
  ['with an unknown key deep in it', `${arms}checks: { latency: { tolerence: 10% } }`],
  ['with a model of another kind', 'model: 7\nstable: a\ncanary: b'],
  ['with a model that is a path', 'model: ../churn\nstable: a\ncanary: b'],
  ['with an image that is none', 'model: churn\nstable: a\ncanary: { image: -x }'],
  ['with a share without its unit', `${arms}checks: { errors: { tolerance: 10 } }`],
  ['with a time without its unit', `${arms}hold: { min: 30 }`],
  ['with a size in a unit of times', `${arms}fastFail: { memory: 5m }`],
  ['with a weight of 0', `${arms}steps: [{ weight: 0 }]`],
  ['with a weight above 100', `${arms}steps: [{ weight: 101 }]`],
  ['with a weight with a unit', `${arms}steps: [{ weight: 10% }]`],
  ['without a step', `${arms}steps: []`],
  ['with 51 steps', `${arms}steps: [${'{ pause: x }, '.repeat(50)}{ weight: 1 }]`],
  ['with a step of two kinds', `${arms}steps: [{ weight: 5, pause: x }]`],
  ['with a step of no kind', `${arms}steps: [{ hold: { min: 1s } }, { weight: 5 }]`],
  ['with a gate of two kinds', `${arms}gates: [{ webhook: "http://a", command: b }]`],
  ['with a gate of no kind', `${arms}gates: [{ timeout: 5s }]`],
  ['with a gate step of no kind', `${arms}steps: [{ gate: { timeout: 5s } }, { weight: 5 }]`],
  ['with users known by two things', `${arms}traffic: { sticky: { header: a, cookie: b } }`],
  ['with users known by nothing', `${arms}traffic: { sticky: {} }`],
  ['with a message to two', `${arms}notify: [{ webhook: "http://a", slack: "http://b" }]`],
  ['with a message to nobody', `${arms}notify: [{ on: [paused] }]`],
  ['with a router that there is not', `${arms}traffic: { router: istio }`],
  ['with a word that is no choice', `${arms}onUndecided: stop`],
  ['that is a list', '- 1'],
  ['that is empty', ''],
])('a file %s is refused by both', (_, text) => {
  expect(acceptedBySchema(text)).toBe(false);
  expect(refusals(text)).not.toEqual([]);
});

test('a file may name its schema itself, as JSON files do', () => {
  const text = '{ "$schema": "x.json", "model": "churn", "stable": "a", "canary": "b" }';
  expect([acceptedBySchema(text), refusals(text)]).toEqual([true, []]);
});

/** What compares two places of a file, or computes: no JSON Schema can say it. */
const onlyTheParserKnows = [
  [/another version than stable/, 'model: churn\nstable: a\ncanary: a'],
  [/a weight above [0-9]+, the one before/, `${arms}steps: [{ weight: 10 }, { weight: 5 }]`],
  [/no step after 100%/, `${arms}steps: [{ weight: 100 }, { pause: x }]`],
  [/shadow steps before the first/, `${arms}steps: [{ weight: 5 }, { shadow: { requests: 1 } }]`],
  [/at least one weight/, `${arms}steps: [{ shadow: { requests: 1 } }]`],
  [
    /the number of requests in shadow itself/,
    `${arms}steps: [{ shadow: { requests: 1 }, hold: { requests: 1 } }, { weight: 5 }]`,
  ],
  [
    /only in shadow and weight steps/,
    `${arms}steps: [{ pause: x, onUndecided: pause }, { weight: 5 }]`,
  ],
  [/max to be longer than min/, `${arms}hold: { min: 2m, max: 1m }`],
  [
    /since the holdback keeps the rest/,
    `${arms}steps: [{ weight: 96 }]\nholdback: { percent: 5%, for: 1h }`,
  ],
  [
    /more than 0% and at most 50%/,
    `${arms}holdback: { percent: 60%, for: 1h }\nsteps: [{ weight: 5 }]`,
  ],
  [/router: nginx beside it/, `${arms}traffic: { nginx: { listen: 1 } }`],
  [/nginx: \{ listen: port \} beside/, `${arms}traffic: { router: nginx }`],
  [
    /an HTTP server as an arm behind NGINX/,
    `${arms}traffic: { router: nginx, nginx: { listen: 1 } }`,
  ],
  [/HTTP servers as both arms/, `${arms}sources: { health: {} }`],
  [
    /a header or a cookie, as NGINX/,
    `${arms}traffic: { router: nginx, nginx: { listen: 1 }, sticky: { field: a } }`,
  ],
  [/which it is the tag of/, `${arms}notify: [{ tag: stable }]`],
  [/no events: a tag follows/, `${arms}notify: [{ tag: stable, on: [paused] }]`],
  [/a chance from 1e-12/, `${arms}checks: { alpha: 1.0e-13 }`],
  [/at most 50%/, `${arms}checks: { errors: { tolerance: 60% } }`],
  [
    /one of latency, errors, predictions or feedback that is not off/,
    `${arms}checks: { latency: off, errors: off, predictions: off, feedback: off }`,
  ],
  [/a shadow step, as only there/, `${arms}checks: { feedback: { measure: labelled-pairs } }`],
  [/a tolerance, as what is much/, `${arms}checks: { feedback: { measure: log-loss } }`],
  [
    /a plain number in the unit/,
    `${arms}checks: { feedback: { measure: log-loss, tolerance: 2% } }`,
  ],
  [/a share of all answers/, `${arms}checks: { feedback: { tolerance: 3 } }`],
  [/more than 0, as the gate/, `${arms}checks: { feedback: { tolerance: 0, gate: true } }`],
  [/no least agreement/, withNginx('agreement: { min: 95% }', '{ shadow: { requests: 1 } }, ')],
  [/score, as NGINX tells/, withNginx('feedback: { measure: accuracy }')],
] as const;

function withNginx(checks: string, steps = ''): string {
  return `model: churn
stable: http://127.0.0.1:7011
canary: http://127.0.0.1:7012
traffic: { router: nginx, nginx: { listen: 1 } }
steps: [${steps}{ weight: 5 }]
checks: { ${checks} }`;
}

test.each(onlyTheParserKnows)('only the parser can say: %s', (words, text) => {
  expect(refusals(text).join('\n')).toMatch(words);
  expect(acceptedBySchema(text), JSON.stringify(fits.errors)).toBe(true);
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

test('however a file is changed, the schema refuses nothing that the parser takes, and the parser beyond it only what no schema can say', () => {
  const files = examples.map((name) => parse(readFileSync(root + name, 'utf8')) as Json);
  const values = [
    null,
    true,
    -1,
    0,
    7,
    1e12,
    '',
    'x',
    '10%',
    '30s',
    '5GiB',
    [],
    ['x'],
    {},
    { x: 1 },
  ];
  const change = fc.record({
    file: fc.constantFrom(...files),
    at: fc.nat(),
    how: fc.constantFrom('leave out', 'name otherwise', 'replace' as const),
    value: fc.constantFrom<Json>(...values),
  });
  let refused = 0;
  fc.assert(
    fc.property(change, ({ file, at, how, value }) => {
      const changed = structuredClone(file);
      changeAt(changed, at, how, value);
      const text = JSON.stringify(changed);
      const said = refusals(text);
      if (acceptedBySchema(text)) {
        for (const message of said) {
          expect(
            onlyTheParserKnows.some(([words]) => words.test(message)),
            message,
          ).toBe(true);
        }
      } else {
        refused++;
        expect(said, text).not.toEqual([]);
      }
    }),
    { numRuns: 600, seed: 7 },
  );
  expect(refused).toBeGreaterThan(150);
});

/** Changes one member, or item, anywhere in a value: the one of this number, counted in a circle. */
function changeAt(file: Json, at: number, how: string, value: Json): void {
  const places = placesIn(file);
  const [within, key] = places[at % places.length] ?? [{}, ''];
  const before = within[key];
  if (how === 'replace') within[key] = value;
  else if (Array.isArray(within)) within.splice(Number(key), 1);
  else {
    Reflect.deleteProperty(within, key);
    if (how === 'name otherwise' && before !== undefined) within[`${key}x`] = before;
  }
}

type Within = Record<string, Json>;

function placesIn(value: Json): [Within, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const within = value as Within;
  return Object.keys(within).flatMap((key): [Within, string][] => [
    [within, key],
    ...placesIn(within[key] ?? null),
  ]);
}
