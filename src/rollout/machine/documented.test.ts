import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the page about the machine names every phase, event and effect', () => {
  const page = read('../../../docs/design/rollout-machine.md');
  const names = ['state.ts', 'events.ts', 'effects.ts'].flatMap((file) =>
    [...read(file).matchAll(/readonly (?:kind|type): '([a-z-]+)'/g)].map(([, name]) => name ?? ''),
  );
  const causes = ['person', 'strategy', 'judge', 'fast-fail', 'gate', 'undecided', 'effect'];
  expect(names.length).toBeGreaterThan(40);
  for (const name of names.filter((candidate) => !causes.includes(candidate))) {
    expect(page, name).toContain(`\`${name}\``);
  }
});
