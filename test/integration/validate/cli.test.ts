import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { findingsOf, type Report } from '../../../src/gates/report/report.js';
import { runSerin } from '../../e2e/serin-process.js';
import { folderWith } from '../../models/repository-on-disk.js';
import * as models from '../../onnx/models.js';
import { sampleModels } from '../running-server.js';
import { classifier } from './validating.js';

// Every command is a process, and it starts others; a machine that is busy starts them slowly.
vi.setConfig({ testTimeout: 120_000 });

const bin = fileURLToPath(new URL('../../../bin/serin', import.meta.url));

test('a good version passes, by its path and by its name', async () => {
  const against = ['--against', 'churn/1', '--models', sampleModels, '--profile', 'quick'];
  const passed = await runSerin(['validate', path.join(sampleModels, 'churn/2'), ...against]);
  expect(passed, passed.stdout + passed.stderr).toMatchObject({ code: 0, stderr: '' });
  expect(passed.stdout).toMatch(/✓ golden +3 of 3 known answers came out/);
  expect(passed.stdout).toMatch(/serin validate passed: nothing found, in \d+\.\d s\.\n$/);
  const named = await runSerin(['validate', 'churn/2', ...against, '--json']);
  expect(JSON.parse(named.stdout)).toMatchObject({ subject: 'churn/2', passed: true });
});

test('a model that is worse than stable fails, and every form of its report says why', async () => {
  const folder = await folderWith({
    'model.onnx': classifier([2, 1, 0]),
    'stable.onnx': classifier(),
  });
  const [candidate = '', stable = ''] = ['model.onnx', 'stable.onnx'].map((file) =>
    path.join(folder, file),
  );
  const fileOf = (ending: string): string => path.join(folder, `reports/r.${ending}`);
  const endings = ['txt', 'json', 'xml', 'md', 'sarif'];
  const options = [
    ...['--against', stable, '--profile', 'quick', '--expect-input', '[None,3]'],
    ...endings.flatMap((ending) => ['--out', fileOf(ending)]),
  ];
  const failed = await runSerin(['validate', candidate, ...options], {
    SERIN_URL: 'http://serin.test:8080',
  });
  expect(failed, failed.stdout).toMatchObject({ code: 1, stderr: '' });
  const [text, json, junit, markdown, sarif] = endings.map((ending) =>
    readFileSync(fileOf(ending), 'utf8'),
  );
  for (const form of [failed.stdout, text]) {
    expect(form).toContain('error labels-swapped: the classes are in another order than in stable');
    expect(form).toContain('expected  x FP32 [N, 3]\n  found     x FP32 [N, 2]');
    expect(form).toMatch(/see +docs\/reference\/validate\.md#labels-swapped\n/);
    expect(form).toMatch(/serin validate failed: 2 errors/);
  }
  expect(JSON.parse(json ?? '')).toMatchObject({ gate: 'validate', passed: false });
  expect(findingsOf(JSON.parse(json ?? '') as Report)).toMatchObject([
    { code: 'signature-unexpected', severity: 'error' },
    { code: 'golden-missing', severity: 'info' },
    { code: 'labels-swapped', severity: 'error' },
  ]);
  expect(junit).toContain('failures="2" errors="0"');
  expect(junit).toMatch(/<failure type="labels-swapped" message="[^"]+">/);
  expect(markdown).toContain('### ❌ serin validate: ');
  expect(markdown).toContain(
    '[`labels-swapped`](http://serin.test:8080/docs/validate#labels-swapped): the classes are in',
  );
  expect(JSON.parse(sarif ?? '')).toMatchObject({
    runs: [
      {
        results: [
          { ruleId: 'signature-unexpected', level: 'error' },
          { ruleId: 'golden-missing', level: 'note' },
          { ruleId: 'labels-swapped', level: 'error' },
        ],
      },
    ],
  });
});

test.each([
  [['nothing.onnx'], 'found nothing at nothing.onnx'],
  [['x', '--nonsense'], "unknown option '--nonsense'"],
])('what cannot be examined is told apart from what is bad: %j', async (args, words) => {
  const { code, stderr } = await runSerin(['validate', ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});

test.runIf(existsSync('/proc/self/task'))(
  'interrupted, it ends at once, and so does the process of the model',
  async () => {
    const golden = 'golden:\n  - { inputs: { x: [1.0e+12] }, outputs: { y: [1] } }\n';
    const folder = await folderWith({ 'model.onnx': models.slowModel(), 'model.yaml': golden });
    const child = spawn(process.execPath, [bin, 'validate', folder, '--timeout', '1h'], {
      stdio: 'ignore',
    });
    const ended = once(child, 'close');
    const { pid = 0 } = child;
    await expect.poll(() => childrenOf(pid), { timeout: 60_000 }).toHaveLength(1);
    const [runner = 0] = childrenOf(pid);
    child.kill('SIGINT');
    const [code] = (await ended) as [number | null];
    expect(code).toBe(130);
    await expect.poll(() => existsSync(`/proc/${runner}`), { timeout: 60_000 }).toBe(false);
  },
);

/** The processes that a process has started, on Linux. */
function childrenOf(pid: number): number[] {
  const tasks = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : [];
  return tasks.flatMap((task) => {
    const file = `/proc/${pid}/task/${task}/children`;
    const listed = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    return listed === '' ? [] : listed.split(' ').map(Number);
  });
}
