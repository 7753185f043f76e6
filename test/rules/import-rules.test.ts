import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const impure = fileURLToPath(new URL('../fixtures/impure', import.meta.url));

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

test('the import rules find a pure folder that reads a file, a route or a library', () => {
  const { stdout } = spawnSync(
    process.execPath,
    [
      `${root}/node_modules/dependency-cruiser/bin/dependency-cruise.mjs`,
      'src',
      ...['--config', `${root}/.dependency-cruiser.cjs`, '--output-type', 'json'],
    ],
    { cwd: impure, encoding: 'utf8' },
  );
  const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
  const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
  expect(found.toSorted()).toEqual([
    'src/analysis/imports-a-library.ts: pure-libraries-only',
    'src/domain/reads-a-file.ts: pure-folders-import-no-node-module',
    'src/rollout/machine/reads-a-file-by-a-library.ts: pure-libraries-only',
    'src/rollout/machine/reads-a-file.ts: pure-folders-import-no-node-module',
    'src/rollout/strategy/imports-a-route.ts: pure-folders-import-only-pure-folders',
    'src/stats/imports-the-api.ts: pure-folders-import-only-pure-folders',
    'src/stats/imports-the-api.ts: stats-imports-domain-only',
  ]);
});

test('the compiler knows no Node module, timer or process in a pure folder', () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    [`${root}/node_modules/typescript/bin/tsc`, '-p', impure],
    { encoding: 'utf8' },
  );
  expect(status).not.toBe(0);
  expect(stdout).toMatch(/domain\/reads-a-file\.ts.*node:fs/);
  expect(stdout).toMatch(/machine\/reads-a-file\.ts.*node:fs/);
  expect(stdout).toMatch(/reads-the-clock\.ts.*setTimeout/);
  expect(stdout).toMatch(/reads-the-clock\.ts.*process/);
});

test('the linter bans the clock and randomness in pure folders, and only there', async () => {
  const text = readFileSync(`${impure}/src/stats/reads-the-clock.ts`, 'utf8');
  expect(await restrictedIn('src/stats/reads-the-clock.ts', text)).toEqual([
    "Unexpected use of 'setTimeout'.",
    "'Date.now' is restricted from being used. Pure code is given the time.",
    "'Math.random' is restricted from being used. Pure code is given its randomness.",
    "Unexpected use of 'process'.",
    'Pure code is given the time.',
    'Pure code is given the time.',
    "Unexpected use of 'globalThis'.",
  ]);
  expect(await restrictedIn('src/serving/reads-the-clock.ts', text)).toEqual([]);
});

/** What the project's own configuration restricts in a file of this name. */
async function restrictedIn(filePath: string, text: string): Promise<string[]> {
  const configured = (await new ESLint({ cwd: root }).calculateConfigForFile(filePath)) as {
    rules: Record<string, unknown>;
  };
  const rules = Object.fromEntries(
    ['no-restricted-properties', 'no-restricted-globals', 'no-restricted-syntax'].map((name) => [
      name,
      configured.rules[name] ?? 'off',
    ]),
  );
  const linter = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser }, rules: rules as never },
    ],
  });
  const [result] = await linter.lintText(text, { filePath });
  return (result?.messages ?? []).map(({ message }) => message);
}
