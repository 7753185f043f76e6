import { expect, test } from 'vitest';
import { parseSerinYaml } from '../../src/config/parse-serin-yaml.js';
import { gatesFor, rolloutFile, templates } from '../../ui/pages/start/templates.js';

test.each([
  ['canary: churn/2', 'gates: [validate, smoke]\n'],
  ['canary: "churn/2"', 'gates: [validate, smoke]\n'],
  ['canary: http://127.0.0.1:7012', 'gates: [smoke]\n'],
  ['canary: "https://models.example"', 'gates: [smoke]\n'],
  ['canary: { image: "ghcr.io/team/churn:2" }', 'gates: [smoke]\n'],
  ['canary:\n  process: [node, server.js]', 'gates: [smoke]\n'],
])('a file with "%s" is given the gates that fit it', (canary, gates) => {
  expect(gatesFor(`model: churn\nstable: churn/1\n${canary}\nsteps: [{ weight: 10 }]\n`)).toBe(
    gates,
  );
});

test.each(templates)(
  'the strategy "$name" is one that a rollout can be started with',
  (template) => {
    const versions = { model: 'churn', stable: '1', canary: '2' };
    const strategy = parseSerinYaml(rolloutFile(versions, template), 'serin.yaml');
    expect(strategy.steps.length).toBeGreaterThan(1);
  },
);
