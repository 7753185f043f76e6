import { expect, test } from 'vitest';
import { lastWords } from './last-words.js';

test('a program’s error is told without what went well before it', () => {
  expect(lastWords('Copying blob a\nCopying blob b\nError: no space left\n')).toBe(
    'Error: no space left',
  );
  expect(lastWords('Step 1\nStep 2\n\u001b[31mit broke\u001b[0m\nbye\n')).toBe(
    'Step 2 / it broke / bye',
  );
  expect(lastWords('Error: early\na\nb\nc\nd')).toBe('b / c / d');
  expect(lastWords('')).toBe('');
});

test('the right to write an upload, which is in its address, is not told', () => {
  const said = 'Error: Patch "http://r/v2/x/uploads/1?_state=secret": write: broken pipe';
  expect(lastWords(said)).toBe('Error: Patch "http://r/v2/x/uploads/1?…": write: broken pipe');
});
