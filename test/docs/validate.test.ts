import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { validationCodes } from '../../src/gates/validate/codes.js';

const page = new URL('../../docs/reference/validate.md', import.meta.url);
const mark = '<!-- made from src/gates/validate/codes.ts -->\n';

function rendered(): string {
  const sections = Object.entries(validationCodes).map(
    ([code, { severity, meaning, advice }]) =>
      `### ${code}\n\n**${severity}.** ${meaning}\n\n${advice}\n`,
  );
  return sections.join('\n');
}

test('the documentation has a section for every code of a finding, and for no other', () => {
  const [written = ''] = readFileSync(page, 'utf8').split(mark);
  const whole = `${written}${mark}\n${rendered()}`;
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, whole);
  expect(readFileSync(page, 'utf8')).toBe(whole);
});

test('every code of a finding is made to happen by a test', () => {
  const folder = new URL('../integration/validate/', import.meta.url);
  const tests = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const missing = Object.keys(validationCodes).filter(
    (code) => !tests.some((text) => text.includes(`'${code}'`)),
  );
  expect(missing).toEqual([]);
});
