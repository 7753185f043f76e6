import { expect, test } from 'vitest';
import { gatesFor } from '../../ui/pages/start/templates.js';

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
