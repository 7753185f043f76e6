import { expect, test } from 'vitest';
import { ignoredBy } from './dockerignore.js';

test.each([
  ['node_modules', 'node_modules/a/b.js', true],
  ['node_modules', 'app/node_modules/b.js', false],
  ['**/node_modules', 'app/node_modules/b.js', true],
  ['*.log', 'a.log', true],
  ['*.log', 'logs/a.log', false],
  ['**/*.log', 'logs/deep/a.log', true],
  ['*.log\n!keep.log', 'keep.log', false],
  ['!keep.log\n*.log', 'keep.log', true],
  ['/data/', 'data/x', true],
  ['./data', 'data', true],
  ['data', 'database', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['[ab].txt', 'b.txt', true],
  ['[z-a].txt', 'z.txt', false],
  ['# *\n\n', 'a', false],
  ['a.b', 'axb', false],
])('of .dockerignore %j, %s is left out: %s', (text, file, expected) => {
  expect(ignoredBy(text)(file)).toBe(expected);
});
