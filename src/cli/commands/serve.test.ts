import { expect, test } from 'vitest';
import { defaultRunnerMemoryBytes } from '../../config/runner-memory.js';
import { serveCommand } from './serve.js';

/** The options that a command line sets; nothing is started. */
function optionsOf(...words: string[]): Record<string, unknown> {
  const command = serveCommand().exitOverride();
  command.configureOutput({ writeErr: () => undefined }).parseOptions(words);
  return command.opts();
}

test('a runner has a memory limit, unless somebody says that it has none', () => {
  expect(optionsOf()['runnerMemory']).toBe(defaultRunnerMemoryBytes());
  expect(optionsOf('--runner-memory', '512MiB')['runnerMemory']).toBe(512 * 2 ** 20);
  expect(optionsOf('--runner-memory', 'none')['runnerMemory']).toBe('none');
});

test('a limit that no runner could keep, or is no size, is refused', () => {
  for (const size of ['0MiB', '0', '512', 'nothing']) {
    expect(() => optionsOf('--runner-memory', size), size).toThrow(/Expected a size/);
  }
});
