import { expect, test } from 'vitest';
import { validationCodes } from '../validate/codes.js';
import { explainedGates, sectionsByCode } from './explained.js';
import { helpSections } from './help-pages.js';

test('every finding of validate is explained in what is installed with the program', () => {
  const sections = helpSections('validate');
  expect([...sections.keys()].sort()).toEqual(Object.keys(validationCodes).sort());
  for (const [code, { meaning }] of Object.entries(validationCodes)) {
    expect(sections.get(code)).toContain(meaning);
  }
});

test.each(explainedGates)('the page of %s has sections, none of them empty', (gate) => {
  const sections = helpSections(gate);
  expect(sections.size).toBeGreaterThan(3);
  expect([...sections.values()].filter((text) => text === '')).toEqual([]);
});

test('a section ends at the next heading, whatever its level', () => {
  const page = '# Page\n\n### one-code\n\nText.\n\nMore.\n\n## Another part\n\nNot of it.\n';
  expect([...sectionsByCode(page)]).toEqual([['one-code', 'Text.\n\nMore.']]);
});
