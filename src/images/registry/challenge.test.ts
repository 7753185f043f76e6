import { expect, test } from 'vitest';
import { readChallenge } from './challenge.js';

test.each([
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    {
      kind: 'bearer',
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:a/b:pull,push',
    },
  ],
  ['bearer realm="https://ghcr.io/token"', { kind: 'bearer', realm: 'https://ghcr.io/token' }],
  ['Basic realm="x", Bearer realm="https://y/"', { kind: 'bearer', realm: 'https://y/' }],
  ['Bearer realm="a\\"b"', { kind: 'bearer', realm: 'a"b' }],
  ['Basic realm="Registry"', { kind: 'basic' }],
  ['BASIC', { kind: 'basic' }],
  ['Bearer service="x"', undefined],
  ['Negotiate', undefined],
  ['', undefined],
])('the challenge %j is understood', (header, expected) => {
  const challenge = readChallenge(header);
  if (expected === undefined) expect(challenge).toBeUndefined();
  else expect(challenge).toMatchObject(expected);
});
