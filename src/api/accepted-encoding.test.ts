import { expect, test } from 'vitest';
import { acceptedEncoding } from './accepted-encoding.js';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['identity', undefined],
  ['*', undefined],
  ['gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['deflate, gzip', 'gzip'],
  ['br, GZIP;q=0.5', 'gzip'],
  ['gzip;q=0, deflate', 'deflate'],
  ['gzip; q=0.0', undefined],
  ['gzip;q=0.01', 'gzip'],
  ['x-gzipped', undefined],
])('of Accept-Encoding %j an answer is packed as %j', (accepted, encoding) => {
  expect(acceptedEncoding(accepted)).toBe(encoding);
});
