import { expect, test } from 'vitest';
import { toDigest } from '../domain/ids.js';
import type { ContainerEngine } from './engine/engine.js';
import { pinImage } from './pin-image.js';

const id = toDigest(`sha256:${'1'.repeat(64)}`);
const digest = `sha256:${'2'.repeat(64)}`;

/** An engine with one image; it is asked for nothing else. */
const engineWith = (known: string) => () =>
  Promise.resolve({
    idOf: (name: string) => Promise.resolve(name === known ? id : undefined),
  } as Partial<ContainerEngine> as ContainerEngine);

const noEngine = () => Promise.reject(new Error('no engine is needed'));

test('an image with a digest is what it says, whatever its tag', async () => {
  const name = `registry.example/churn:2@${digest}`;
  expect(await pinImage(name, noEngine)).toBe(`registry.example/churn@${digest}`);
});

test.each(['churn:2', 'localhost/churn:2'])(
  '%s of this machine is known by its id',
  async (name) => {
    expect(await pinImage(name, engineWith(name))).toBe(id);
  },
);

test('an image of this machine that is not there is looked for nowhere else', async () => {
  await expect(pinImage('localhost/churn:3', engineWith('churn:2'))).rejects.toMatchObject({
    code: 'image-not-found',
  });
});
