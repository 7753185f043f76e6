import type { ArtefactRef } from './strategy.js';

/** What stands for an arm, in sentences: the path or address as it was written, or the image. */
export function artefactName(ref: ArtefactRef): string {
  switch (ref.kind) {
    case 'path':
      return ref.path;
    case 'http':
      return ref.url;
    case 'process':
      return `process ${ref.launch.command.join(' ')}${given(ref.launch.env)}`;
    case 'image':
      return `image ${ref.image}${given(ref.launch.env)}`;
  }
}

/** Two arms may differ in nothing else. */
function given(env: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? '' : ` with ${pairs.join(' ')}`;
}
