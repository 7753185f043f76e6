import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commentedTemplate } from './commented-template.js';
import { defaults } from './defaults.js';
import { parseSerinYaml } from './parse-serin-yaml.js';
import { schemaText } from './schema-text.js';
import { SerinFile } from './schema.js';

const schema = 'schemas/serin.schema.json';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the published schema is the one that the parser checks with', () => {
  expect(read(schema)).toBe(schemaText());
});

test('the reference page names every key of the file', () => {
  const page = read('docs/reference/serin-yaml.md');
  for (const key of keysOf(SerinFile)) expect(page, key).toContain(`\`${key}\``);
});

test('the template is a file that parses to the defaults, with gates and a shadow step before', () => {
  const arms = { model: 'churn', stable: 'models/churn/1', canary: 'models/churn/2', schema };
  const strategy = parseSerinYaml(commentedTemplate(arms), 'serin.yaml');
  const plain = parseSerinYaml(
    `model: churn\nstable: models/churn/1\ncanary: models/churn/2\n`,
    'serin.yaml',
  );
  expect(strategy.gates).toMatchObject([
    { name: 'validate' },
    { name: 'smoke' },
    { name: 'loadtest', wishes: { durationMs: 5_000 } },
  ]);
  const [shadow, ...steps] = strategy.steps;
  expect(shadow).toMatchObject({ kind: 'shadow', hold: { requests: 500 } });
  expect({ ...strategy, gates: [], steps }).toEqual(plain);
  expect(steps).toHaveLength(defaults.weights.length);
});

test('the template quotes what YAML would read as something else', () => {
  const odd = { model: '1', stable: 'C: #x', canary: 'http://127.0.0.1:7012/predict', schema };
  expect(parseSerinYaml(commentedTemplate(odd), 'serin.yaml')).toMatchObject({
    model: '1',
    stable: { kind: 'path', path: 'C: #x' },
    canary: { kind: 'http', url: 'http://127.0.0.1:7012/predict' },
    // Nobody has said what that server takes.
    gates: [],
  });
});

function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const properties = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...properties, ...Object.values(schema).flatMap(keysOf)];
}
