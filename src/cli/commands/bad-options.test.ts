import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { judgeCommand } from './judge.js';
import { loadtestCommand } from './loadtest.js';
import { planCommand } from './plan.js';
import { rolloutCheckCommand } from './rollout/check.js';
import { smokeCommand } from './smoke.js';
import { validateCommand } from './validate.js';

/** What the command says of its options, before it does anything. */
async function complaintOf(command: Command, args: readonly string[]): Promise<string> {
  let complaint = '';
  command.exitOverride().configureOutput({ writeErr: (text) => (complaint += text) });
  await expect(command.parseAsync([...args], { from: 'user' })).rejects.toMatchObject({
    code: 'commander.invalidArgument',
  });
  return complaint;
}

const percentage = 'Expected a percentage from 0 to 100';
const count = 'Expected a whole number from 1';
const positive = 'Expected a number above 0';

test.each([
  ['--weight', 'ten', percentage],
  ['--weight', '', percentage],
  ['--weight', '-5', percentage],
  ['--weight', '101%', percentage],
  ['--weight', '1e1', percentage],
  ['--workers', '0', count],
  ['--workers', '1.5', count],
  ['--workers', 'all', count],
  ['--runs', '', count],
  ['--runs', '1e400', count],
  ['--seed', '0x10', count],
])('serin judge refuses %s %j', async (option, value, expected) => {
  const complaint = await complaintOf(judgeCommand(), ['--simulate', 'none', option, value]);
  expect(complaint).toContain(option);
  expect(complaint).toContain(expected);
});

test.each(['', '0', '-1', 'many', '1e3', 'Infinity', 'NaN'])('--rps %j is refused', async (rps) => {
  expect(await complaintOf(planCommand(), ['--rps', rps])).toContain(positive);
  const check = await complaintOf(rolloutCheckCommand(), ['serin.yaml', '--rps', rps]);
  expect(check).toContain(positive);
});

test.each([
  ['--errors', '1e-1'],
  ['--errors', ''],
  ['--slowdown', '0x14'],
  ['--slowdown', '-20%'],
  ['--regressed-errors', '1 percent'],
  ['--latency-tolerance', '2000%'],
  ['--errors-tolerance', '1%%'],
  ['--power', 'NaN'],
  ['--steps', '10,,50'],
  ['--steps', '10;50'],
])('serin plan refuses %s %j', async (option, value) => {
  const complaint = await complaintOf(planCommand(), ['--rps', '5', option, value]);
  expect(complaint).toContain('Expected a percentage from 0 to 1000');
});

test.each(['0', '100%'])('a share of %s leaves one arm without traffic', async (weight) => {
  const judging = judgeCommand().exitOverride();
  const args = ['--simulate', 'none', '--weight', weight];
  await expect(judging.parseAsync(args, { from: 'user' })).rejects.toMatchObject({
    code: 'weight-out-of-range',
  });
});

test.each([
  ['a weight for a simulation, which has its own', ['--simulate', 'none', '--weight', '30']],
  ['a rollout file for a simulation', ['--simulate', 'none', '--file', 'serin.yaml']],
  [
    'a kind of outputs for a simulation, which has none',
    ['--simulate', 'none', '--output', 'score'],
  ],
  ['settings twice', ['--replay', 'a.csv', '--settings', 'b.yaml', '--file', 'serin.yaml']],
  ['two things at once', ['--simulate', 'none', '--replay', 'a.csv']],
  ['nothing at all', []],
])('serin judge refuses %s, and ignores nothing', async (_what, args) => {
  const judging = judgeCommand().exitOverride();
  await expect(judging.parseAsync(args, { from: 'user' })).rejects.toMatchObject({ code: 'usage' });
});

test.each([
  ['--expect-input', 'x=FP33[2]', 'Expected a shape or type'],
  ['--accept', 'size-grow=why', 'Did you mean size-grown?'],
  ['--max-slowdown', '0', positive],
])('serin validate refuses %s %j', async (option, value, expected) => {
  expect(await complaintOf(validateCommand(), ['x', option, value])).toContain(expected);
});

test.each([
  ['--rate', 'many', 'Expected requests a second'],
  ['--duration', '10', 'Expected a time with its unit'],
  ['--think', 'long', 'Expected a time with its unit'],
  ['--header', 'no colon', 'Expected a header'],
])('serin loadtest refuses %s %j', async (option, value, expected) => {
  expect(await complaintOf(loadtestCommand(), ['x', option, value])).toContain(expected);
});

test.each([
  ['validate', validateCommand],
  ['loadtest', loadtestCommand],
  ['smoke', smokeCommand],
])('serin %s refuses a report whose form nobody knows', async (_, command) => {
  for (const file of ['report.doc', 'yaml=report']) {
    const complaint = await complaintOf(command(), ['x', '--out', file]);
    expect(complaint).toContain('Expected a file that ends with .txt, .json, .xml, .md, .sarif');
  }
});

test('only a load test has a page with plots', async () => {
  expect(await complaintOf(smokeCommand(), ['x', '--out', 'r.html'])).toContain(
    '.sarif, or format',
  );
});
