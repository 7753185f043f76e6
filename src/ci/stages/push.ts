import { writeImageName } from '../../images/registry/image-name.js';
import { requireTag } from '../../images/registry/tag-image.js';
import type { Stage } from '../stage.js';

/** Pushes the image, and from here on knows it by its digest: a tag can be moved by others. */
export const pushStage: Stage<'push'> = {
  name: 'push',
  summary: 'push the image, and record its digest',
  inputs: async ({ resultOf }) => {
    const { image, imageId } = await resultOf('build');
    return `${image} ${imageId}`;
  },
  stillHolds: async ({ digest }, { settings, ports }) => {
    const repository = await ports.repository();
    const { tag } = settings.image;
    // Deleted is not moved: what nobody points to any more is pushed again.
    const found = await Promise.all([digest, tag].map((name) => repository.digestOf(name)));
    if (found.includes(undefined)) return false;
    await requireTag(repository, tag, digest);
    return true;
  },
  run: async ({ settings, ports, progress, signal, resultOf }) => {
    const { image } = await resultOf('build');
    const [engine, repository] = await Promise.all([ports.engine(), ports.repository()]);
    progress.say(`to ${repository.name}`);
    const digest = await engine.push(image, signal);
    // Read back: what the registry has is what is tested, rolled out and tagged.
    await requireTag(repository, settings.image.tag, digest);
    const { registry, repository: path } = settings.image;
    return {
      passed: true,
      detail: `${image} is ${digest}`,
      findings: [],
      result: { image: writeImageName({ registry, repository: path, digest }), digest },
    };
  },
};
