import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { schemaAddress } from './schema-address.js';

const url = 'http://127.0.0.1:8080';

test.each([
  ['at the top of a clone', '/home/ada/serin/serin.yaml', '/home/ada/serin/'],
  ['deep in a clone', '/home/ada/serin/examples/churn/serin.yaml', '/home/ada/serin/'],
  ['in a project with Serin', '/srv/app/serin.yaml', '/srv/app/node_modules/serin/'],
  ['in a folder of such a project', '/srv/app/ml/churn.yaml', '/srv/app/node_modules/serin/'],
])('%s the schema is a path from the file', (_, file, serin) => {
  const address = schemaAddress(file, serin, url);
  expect(path.isAbsolute(address)).toBe(false);
  expect(path.resolve(path.dirname(file), address)).toBe(`${serin}schemas/serin.schema.json`);
});

test.each([
  [
    'of a Serin that is installed for everybody',
    '/home/ada/app/serin.yaml',
    '/usr/lib/node_modules/serin/',
  ],
  ['beside the clone', '/home/ada/serin.yaml', '/home/ada/serin/'],
  [
    'in a folder of another name that begins alike',
    '/home/ada/serin-2/serin.yaml',
    '/home/ada/serin/',
  ],
])('%s it is asked of a running server', (_, file, serin) => {
  expect(schemaAddress(file, serin, `${url}/`)).toBe(`${url}/schemas/serin.schema.json`);
});

test('this Serin has the schema where it says', () => {
  const here = path.resolve('serin.yaml');
  expect(existsSync(path.resolve(path.dirname(here), schemaAddress(here)))).toBe(true);
});
