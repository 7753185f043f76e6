import type { ArtefactRef } from './strategy.js';

/** What stands for an arm, in sentences: the path or address as it was written, or the image. */
export function artefactName(ref: ArtefactRef): string {
  switch (ref.kind) {
    case 'path':
      return ref.path;
    case 'http':
      return ref.url;
    case 'process':
      return `process ${ref.launch.command.join(' ')}`;
    case 'image':
      return `image ${ref.image}`;
  }
}
