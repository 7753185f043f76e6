import { describe, expect, test } from 'vitest';
import { parseImageName, writeImageName } from './image-name.js';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('the name of an image', () => {
  test.each([
    ['churn', { registry: 'docker.io', repository: 'library/churn' }],
    ['team/churn:2', { registry: 'docker.io', repository: 'team/churn', tag: '2' }],
    ['docker.io/churn:2', { registry: 'docker.io', repository: 'library/churn', tag: '2' }],
    ['index.docker.io/a/b', { registry: 'docker.io', repository: 'a/b' }],
    ['ghcr.io/team/churn', { registry: 'ghcr.io', repository: 'team/churn' }],
    ['localhost/churn:x', { registry: 'localhost', repository: 'churn', tag: 'x' }],
    ['127.0.0.1:5000/churn', { registry: '127.0.0.1:5000', repository: 'churn' }],
    [
      `[::1]:5000/a/b__c:V1.0-x@${digest}`,
      { registry: '[::1]:5000', repository: 'a/b__c', tag: 'V1.0-x', digest },
    ],
    [`ghcr.io/churn@${digest}`, { registry: 'ghcr.io', repository: 'churn', digest }],
  ])('%s is read', (text, expected) => {
    expect(parseImageName(text)).toEqual(expected);
  });

  test.each([
    '',
    'Churn',
    'churn:',
    'churn:-x',
    'churn@sha256:12',
    'a//b',
    '/churn',
    'a/../b',
    'churn:a b',
    'ghcr.io/',
    'ghcr.io:port/churn',
    'https://ghcr.io/churn',
    `churn@${digest}@${digest}`,
    `churn:${'a'.repeat(129)}`,
  ])('%j is refused', (text) => {
    expect(() => parseImageName(text)).toThrow(
      expect.objectContaining({ code: 'image-name-invalid' }),
    );
  });

  test('is written so that it is read back as the same', () => {
    for (const text of ['churn:2', `127.0.0.1:5000/a/b:t@${digest}`, 'ghcr.io/x/y']) {
      const name = parseImageName(text);
      expect(parseImageName(writeImageName(name))).toEqual(name);
    }
  });
});
