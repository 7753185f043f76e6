import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { linkOfFinding, pageOfFinding } from './page-of-finding.js';

const root = new URL('../../../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

/** What the stages can find, beside errors and what gates find. */
const ofCanary = [
  ...read('src/ci/stages/canary.ts').matchAll(/'(canary-(?!is-)[a-z-]+)'/g),
].flatMap(([, code = '']) => code);

test('every finding of the pipeline has a section on the page that it names', () => {
  expect(ofCanary).toHaveLength(4);
  const others = ['ci-stage-missing', 'tag-moved', 'registry-unreachable', 'no-stable-image'];
  const ofGates = ['smoke-not-ready', 'loadtest-threshold', 'not-onnx'];
  for (const code of [...ofCanary, ...others, ...ofGates]) {
    const [page = '', section] = pageOfFinding(code).split('#');
    expect(section).toBe(code);
    expect(read(page), code).toContain(`\n### ${code}\n`);
  }
});

test('the server that rolls out has the section, too', () => {
  const server = 'http://127.0.0.1:8080/';
  expect(linkOfFinding('tag-moved', server)).toBe('http://127.0.0.1:8080/docs/ci#tag-moved');
  expect(linkOfFinding('not-onnx', server)).toBe('http://127.0.0.1:8080/docs/validate#not-onnx');
  expect(linkOfFinding('registry-denied', server)).toBeUndefined();
  expect(linkOfFinding('not-onnx', undefined)).toBeUndefined();
});

test('any other error is looked up in the list of them', () => {
  expect(pageOfFinding('registry-denied')).toBe('docs/reference/errors.md');
});
