import { SerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { Version } from '../../domain/version.js';
import { containerVersion, processVersion } from '../../models/launched-version.js';
import type { FindVersion } from './arms-of.js';

export interface ArtefactSources {
  /** Finds what a path inside the model roots, or an address, means. */
  readonly resolve: (named: string, model: ModelName) => Promise<Version>;
  /** Finds what an image's name means now: the image by its digest, or its id on this machine. */
  readonly pinImage: (name: string) => Promise<string>;
  /** Whether strategies may run commands and images on this machine. */
  readonly allowCommands: boolean;
}

/**
 * Makes what finds the version behind an arm of a strategy. It throws `commands-not-allowed` for an
 * arm that this server may not run, and what `resolve` and `pinImage` throw.
 */
export function artefactFinder({ resolve, pinImage, allowCommands }: ArtefactSources): FindVersion {
  return async (ref, model) => {
    switch (ref.kind) {
      case 'path':
        return resolve(ref.path, model);
      case 'http':
        return resolve(ref.url, model);
      case 'process':
        if (!allowCommands) {
          throw notAllowed(`the process ${JSON.stringify(ref.launch.command.join(' '))}`);
        }
        return processVersion(model, ref.launch);
      case 'image': {
        if (!allowCommands) throw notAllowed(`image ${ref.image}`);
        // A tag may have been moved since the rollout was started: what is pinned is not asked for.
        const image = ref.pinned ?? (await pinImage(ref.image));
        return containerVersion(model, ref.image, { ...ref.launch, image });
      }
    }
  };
}

function notAllowed(found: string): SerinError {
  return new SerinError('commands-not-allowed', { found });
}
