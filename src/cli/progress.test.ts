import { afterEach, expect, test, vi } from 'vitest';
import { drawProgress, endProgress } from './progress.js';

const wasTerminal = process.stderr.isTTY;

afterEach(() => {
  process.stderr.isTTY = wasTerminal;
  vi.restoreAllMocks();
});

function drawn(isTerminal: boolean, draw: () => void): string {
  process.stderr.isTTY = isTerminal;
  let text = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  draw();
  return text;
}

test('a terminal shows one line of progress that is drawn over itself, and ends when all is done', () => {
  const text = drawn(true, () => {
    drawProgress(0.5, 'rollout 1 of 2');
    drawProgress(1, 'rollout 2 of 2');
  });
  const [, half, full] = text.split('\r');
  expect(half).toContain(`${'█'.repeat(12)}${'░'.repeat(12)}  50%  rollout 1 of 2`);
  expect(half).not.toContain('\n');
  expect(full).toContain(`${'█'.repeat(24)} 100%  rollout 2 of 2\n`);
});

test('a pipe gets no progress', () => {
  const text = drawn(false, () => {
    drawProgress(0.5, 'rollout 1 of 2');
    endProgress();
  });
  expect(text).toBe('');
});
