import { expect, test } from 'vitest';
import { readRolloutFile } from './rollout-file.js';

const text = `# ours
model: churn
stable: { image: ghcr.io/team/churn:stable, port: 7011 }
canary:
  image: ghcr.io/team/churn:old # replaced
  port: 7012
  containerPort: 8000
  health: /ready
  env: { WORKERS: 2 }
  memory: 64MiB
  cpus: 0.5
`;

test('the container is tested as the rollout will run it', () => {
  const file = readRolloutFile(text, 'serin.yaml');
  expect(file).toMatchObject({
    model: 'churn',
    canaryImage: 'ghcr.io/team/churn:old',
    stableImage: 'ghcr.io/team/churn:stable',
    launch: {
      containerPort: 8000,
      health: '/ready',
      env: { WORKERS: '2' },
      memory: 64 * 1024 * 1024,
      cpus: 0.5,
    },
  });
  expect(readRolloutFile('model: a\ncanary: { image: b }', 'x').launch).toEqual({
    containerPort: 7000,
    health: '/health',
    env: {},
    memory: undefined,
    cpus: undefined,
  });
});

test('the image is put in, and all else stays as the person wrote it', () => {
  const file = readRolloutFile(text, 'serin.yaml');
  const changed = file.withCanary('ghcr.io/team/churn@sha256:0');
  const replaced = text.replace('ghcr.io/team/churn:old #', 'ghcr.io/team/churn@sha256:0 #');
  expect(changed).toBe(`${replaced}notify:\n  - tag: stable\n`);
  // The file that was read is not changed by it.
  expect(file.withCanary('other')).toContain('image: other #');
});

test('the server is told once to move the tag, beside whom the person wants told', () => {
  const notify = '\nnotify:\n  - slack: https://example.com # ours\n';
  const changed = readRolloutFile(text + notify, 'serin.yaml').withCanary('x');
  expect(changed).toContain(`${notify}  - tag: stable\n`);
  expect(readRolloutFile(changed, 'serin.yaml').withCanary('x')).toBe(changed);
});

test.each([
  ['a: [', 'YAML in x.yaml'],
  ['stable: a', 'a model in x.yaml'],
  ['', 'a model in x.yaml'],
  ['- model', 'a model in x.yaml'],
  ['model: a\ncanary: models/a/2', 'canary: { image: … }, which the pipeline fills in in x.yaml'],
  ['model: a\ncanary: { image: b, memory: much }', 'canary.memory to be'],
])('%j is refused', (yaml, expected) => {
  expect(() => readRolloutFile(yaml, 'x.yaml')).toThrow(
    expect.objectContaining({
      code: 'ci-rollout-file-unfit',
      message: expect.stringContaining(expected) as string,
    }),
  );
});
