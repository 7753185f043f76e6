import { writeImageName } from '../../images/registry/image-name.js';
import { requireDockerfile } from '../dockerfile.js';
import type { Stage } from '../stage.js';

/** Builds the image of the folder. */
export const buildStage: Stage<'build'> = {
  name: 'build',
  summary: 'build the image, tagged for the commit',
  // The Dockerfile counts by its content: Serin's own lies elsewhere on another machine.
  inputs: async ({ settings: { image, buildArgs }, folderDigest }) =>
    JSON.stringify([writeImageName(image), buildArgs, await folderDigest()]),
  // A second attempt may run on another machine; what is pushed need not be there, too.
  stillHolds: async ({ imageId }, { ports, isDone }) =>
    (await (await ports.engine()).has(imageId)) || (await isDone('push')),
  run: async ({ settings, ports, progress, signal }) => {
    const { folder, dockerfile, buildArgs } = settings;
    requireDockerfile(folder, dockerfile);
    const image = writeImageName(settings.image);
    const engine = await ports.engine();
    progress.say(`with ${engine.name}`);
    const onLine = (line: string): void => progress.say(line);
    const imageId = await engine.build({ folder, dockerfile, buildArgs, image, signal, onLine });
    return {
      passed: true,
      detail: `${image}, by ${engine.name}`,
      findings: [],
      result: { image, imageId },
    };
  },
};
