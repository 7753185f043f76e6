import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseImageName } from '../../../src/images/registry/image-name.js';
import { openRepository, type Repository } from '../../../src/images/registry/registry.js';
import { followRollout } from '../../../src/images/registry/follow-rollout.js';
import { pruneCanaries } from '../../../src/images/registry/prune-canaries.js';
import {
  moveStable,
  moveStableBack,
  readStableTags,
} from '../../../src/images/registry/stable-tags.js';
import { requireTag, tagImage } from '../../../src/images/registry/tag-image.js';
import { pushImage, pushIndex } from './push-image.js';
import { RegistryUnderTest } from './registry-under-test.js';

let registry: RegistryUnderTest;
beforeAll(async () => {
  registry = await RegistryUnderTest.start();
});
afterAll(() => registry.vanish());

const open = (path: string): Promise<Repository> =>
  openRepository(parseImageName(`${registry.host}/${path}`), { credentials: null });
const push = (path: string, tag: string, created?: string) =>
  pushImage({ host: registry.host, path }, tag, {
    content: `${path} ${tag}`,
    ...(created === undefined ? {} : { created }),
  });

describe('an image in a registry', () => {
  test('is known by the digest of its bytes, by tag and by digest', async () => {
    const repository = await open('team/known');
    const digest = await push('team/known', 'one');
    expect(await repository.digestOf('one')).toBe(digest);
    const manifest = await repository.manifest(digest);
    expect(manifest).toMatchObject({
      digest,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
    });
    expect(await repository.manifest('one')).toEqual(manifest);
  });

  test('gets another tag with its very bytes, once', async () => {
    const repository = await open('team/tagged');
    const digest = await push('team/tagged', 'one');
    expect(await tagImage(repository, 'two', digest)).toBe(true);
    expect(await repository.digestOf('two')).toBe(digest);
    expect(await tagImage(repository, 'two', digest)).toBe(false);
  });

  test('of several platforms is tagged whole', async () => {
    const repository = await open('team/platforms');
    await push('team/platforms', 'amd');
    await push('team/platforms', 'arm');
    const index = await pushIndex({ host: registry.host, path: 'team/platforms' }, 'both', {
      amd64: await repository.manifest('amd'),
      arm64: await repository.manifest('arm'),
    });
    await tagImage(repository, 'stable', index);
    expect(await repository.manifest('stable')).toEqual(await repository.manifest('both'));
    expect(await repository.digestOf('stable')).toBe(index);
  });

  test('that is not there is said to be missing, and its tags are none', async () => {
    const repository = await open('team/missing');
    expect(await repository.digestOf('stable')).toBeUndefined();
    expect(await repository.tags()).toEqual([]);
    await expect(repository.manifest('stable')).rejects.toMatchObject({ code: 'image-not-found' });
  });

  test('whose tag somebody moved is noticed', async () => {
    const repository = await open('team/moved');
    const digest = await push('team/moved', 'canary');
    await requireTag(repository, 'canary', digest);
    const other = await pushImage({ host: registry.host, path: 'team/moved' }, 'canary', {
      content: 'of somebody else',
    });
    await expect(requireTag(repository, 'canary', digest)).rejects.toMatchObject({
      code: 'tag-moved',
      words: { found: other },
    });
  });
});

describe('the stable tag', () => {
  test('moves to what was promoted, and what was stable is kept as stable-previous', async () => {
    const repository = await open('team/stable');
    const [first, second, third] = [
      await push('team/stable', '1'),
      await push('team/stable', '2'),
      await push('team/stable', '3'),
    ];
    expect(await moveStable(repository, first)).toMatchObject({ moved: true, previous: undefined });
    expect(await moveStable(repository, second)).toMatchObject({ moved: true, previous: first });
    expect(await moveStable(repository, third)).toMatchObject({ moved: true, previous: second });
    expect(await moveStable(repository, third)).toEqual({
      stable: third,
      previous: second,
      moved: false,
    });
    expect(await readStableTags(repository)).toEqual({ stable: third, previous: second });
  });

  test('goes back after a late roll-back, and stays there', async () => {
    const repository = await open('team/back');
    const [first, second] = [await push('team/back', '1'), await push('team/back', '2')];
    await moveStable(repository, first);
    // Nothing was stable before: there is nothing to go back to.
    expect(await moveStableBack(repository, first)).toMatchObject({ moved: false, stable: first });
    await moveStable(repository, second);
    expect(await moveStableBack(repository, second)).toMatchObject({ moved: true, stable: first });
    expect(await moveStableBack(repository, second)).toMatchObject({ moved: false, stable: first });
    expect(await readStableTags(repository)).toEqual({ stable: first, previous: first });
  });
});

describe('the stable tag behind a rollout', () => {
  test('follows what is promoted, and goes back when that is rolled back later', async () => {
    const repository = await open('team/follows');
    const [first, second] = [await push('team/follows', '1'), await push('team/follows', '2')];
    await moveStable(repository, first);
    const canary = `${repository.name}@${second}`;
    const wishes = { credentials: null };
    // A canary that never was stable leaves the tag alone.
    expect(await followRollout(canary, 'rolled-back', wishes)).toMatchObject({ stable: first });
    await followRollout(canary, 'promoted', wishes);
    expect(await readStableTags(repository)).toEqual({ stable: second, previous: first });
    await followRollout(canary, 'rolled-back', wishes);
    await followRollout(canary, 'rolled-back', wishes);
    expect(await readStableTags(repository)).toEqual({ stable: first, previous: first });
  });

  test('of an image that only this machine has is none', async () => {
    await expect(followRollout('sha256:0', 'promoted')).rejects.toMatchObject({
      code: 'image-not-found',
    });
  });
});

describe('two who move the stable tag at once', () => {
  test('do not overwrite what the other one wrote in between', async () => {
    const repository = await open('team/two');
    const [first, second, third] = [
      await push('team/two', '1'),
      await push('team/two', '2'),
      await push('team/two', '3'),
    ];
    await moveStable(repository, first);
    // Another pipeline moves it while this one is about to.
    const overtaken: Repository = {
      name: repository.name,
      digestOf: (tag) => repository.digestOf(tag),
      manifest: (tag) => repository.manifest(tag),
      tags: () => repository.tags(),
      remove: (digest) => repository.remove(digest),
      blob: (digest) => repository.blob(digest),
      put: async (tag, manifest) => {
        await repository.put(tag, manifest);
        if (tag === 'stable-previous') await tagImage(repository, 'stable', third);
      },
    };
    await expect(moveStable(overtaken, second)).rejects.toMatchObject({ code: 'tag-moved' });
    expect(await readStableTags(repository)).toEqual({ stable: third, previous: first });
  });

  test('to the same image both succeed', async () => {
    const repository = await open('team/same');
    const [first, second] = [await push('team/same', '1'), await push('team/same', '2')];
    await moveStable(repository, first);
    const moves = await Promise.all([
      moveStable(repository, second),
      moveStable(repository, second),
    ]);
    expect(moves).toMatchObject([{ stable: second }, { stable: second }]);
    expect(await readStableTags(repository)).toEqual({ stable: second, previous: first });
  });
});

describe('old canaries', () => {
  const prefix = 'canary-deployment-';

  test('are deleted but for the newest, whatever order their tags have', async () => {
    const repository = await open('team/old');
    const days = ['2026-03-01', '2026-01-01', '2026-04-01', '2026-02-01'];
    for (const [index, day] of days.entries()) {
      await push('team/old', `${prefix}${index}`, `${day}T00:00:00Z`);
    }
    const { removed, kept } = await pruneCanaries(repository, { prefix, keep: 2 });
    expect(removed.flatMap(({ tags }) => tags).sort()).toEqual([`${prefix}1`, `${prefix}3`]);
    expect(kept.flatMap(({ tags }) => tags).sort()).toEqual([`${prefix}0`, `${prefix}2`]);
    expect([...(await repository.tags())].sort()).toEqual([`${prefix}0`, `${prefix}2`]);
    expect((await pruneCanaries(repository, { prefix, keep: 2 })).removed).toEqual([]);
  });

  test('stay where stable, stable-previous or another tag needs them, or nobody knows their age', async () => {
    const repository = await open('team/needed');
    const place = { host: registry.host, path: 'team/needed' };
    const at = '2026-01-01T00:00:00Z';
    const [previous, stable, other] = [
      await push('team/needed', `${prefix}a`, at),
      await push('team/needed', `${prefix}b`, at),
      await push('team/needed', `${prefix}c`, at),
    ];
    await push('team/needed', `${prefix}d`, at);
    await push('team/needed', `${prefix}e`);
    await moveStable(repository, previous);
    await moveStable(repository, stable);
    // What is only a platform of an image in use has a tag of a canary, too.
    await pushIndex(place, 'release', { amd64: await repository.manifest(other) });
    const { removed, kept } = await pruneCanaries(repository, { prefix, keep: 0 });
    expect(removed.flatMap(({ tags }) => tags)).toEqual([`${prefix}d`]);
    expect(new Set(kept.map(({ why }) => why))).toEqual(
      new Set(['another tag needs it', 'nobody knows its age']),
    );
    expect(await readStableTags(repository)).toEqual({ stable, previous });
    expect((await repository.manifest('release')).digest).toBe(
      await repository.digestOf('release'),
    );
    expect(await repository.digestOf(`${prefix}c`)).toBe(other);
  });

  test('are not looked for under every tag', async () => {
    const repository = await open('team/needed');
    await expect(pruneCanaries(repository, { prefix: '', keep: 1 })).rejects.toMatchObject({
      code: 'usage',
    });
  });
});
