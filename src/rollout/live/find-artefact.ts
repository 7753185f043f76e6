import { SerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { Version } from '../../domain/version.js';
import { processVersion } from '../../models/launched-version.js';
import type { FindVersion } from './arms-of.js';

export interface ArtefactSources {
  /** Finds what a path inside the model roots, or an address, means. */
  readonly resolve: (named: string, model: ModelName) => Promise<Version>;
  /** Whether strategies may run commands on this machine. */
  readonly allowCommands: boolean;
}

/**
 * Makes what finds the version behind an arm of a strategy. It throws `commands-not-allowed` for an
 * arm that this server may not run, `strategy-not-possible` for one that it cannot, and what
 * `resolve` throws.
 */
export function artefactFinder({ resolve, allowCommands }: ArtefactSources): FindVersion {
  return async (ref, model) => {
    switch (ref.kind) {
      case 'path':
        return resolve(ref.path, model);
      case 'http':
        return resolve(ref.url, model);
      case 'process':
        if (!allowCommands) {
          throw new SerinError('commands-not-allowed', {
            found: `the process ${JSON.stringify(ref.launch.command.join(' '))}`,
          });
        }
        return processVersion(model, ref.launch);
      case 'image':
        throw new SerinError('strategy-not-possible', {
          expected: 'a model file, an http:// address or a process',
          found: `image ${ref.image}`,
        });
    }
  };
}
