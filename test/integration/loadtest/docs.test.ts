import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

test.each(['loadtest', 'smoke'])('every finding of %s is explained in its page', (gate) => {
  const folder = `src/gates/${gate}/`;
  const files = readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => folder + file);
  const codes = files.flatMap(
    (file) => read(file).match(new RegExp(`(?<=')${gate}-[a-z-]+(?=')`, 'g')) ?? [],
  );
  const sections = read(`docs/reference/${gate}.md`).match(
    new RegExp(`(?<=### )${gate}-[a-z-]+`, 'g'),
  );
  expect(new Set(codes).size).toBeGreaterThan(3);
  expect(sections?.sort()).toEqual([...new Set(codes)].sort());
});
