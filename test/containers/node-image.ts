import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a folder that an image is built of, without any base: this machine's node with the
 * libraries that it needs, and an app. No image is pulled in tests.
 * @param files by their path in the image
 */
export function writeNodeImage(
  folder: string,
  files: Readonly<Record<string, string>>,
  command: readonly string[],
): void {
  const root = join(folder, 'root');
  const node = realpathSync(process.execPath);
  copy(node, join(root, 'usr/bin/node'));
  const libraries = execFileSync('ldd', [node], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const library of new Set(libraries)) copy(realpathSync(library), join(root, library));
  mkdirSync(join(root, 'tmp'), { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'app', file)), { recursive: true });
    writeFileSync(join(folder, 'app', file), text);
  }
  // Two layers: another app is another small one over the same node.
  const lines = ['FROM scratch', 'COPY root /', 'COPY app /', `CMD ${JSON.stringify(command)}`];
  writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
}

/** A link where both are on one disk: node alone has 100 MB. */
function copy(from: string, to: string): void {
  // Never over a link: that would write into this machine's own node.
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
