import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PodmanUnderTest } from './podman-under-test.js';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

export interface BaseContents {
  /** What npm can install: names of packages, or paths below them. */
  readonly packages: readonly string[];
  /** What `npm run build` makes as `dist`; left out: it runs what package.json says. */
  readonly built?: string;
}

/** What a Dockerfile's RUN is carried out with. */
const programs = ['/bin/sh', '/usr/bin/env', '/bin/cp', '/bin/rm', '/bin/mkdir', '/bin/chown'];

/** The command npm, but that packages come from a folder of the image: nothing is downloaded in tests. */
const npm = `#!/bin/sh
set -e
case "$1" in
  ci | install) [ -e node_modules ] || cp -r /opt/packages node_modules ;;
  run) if [ -e /opt/built ]; then cp -r /opt/built dist; exit; fi
    PATH="$PWD/node_modules/.bin:$PATH" sh -ec "$(node -p 'require("./package.json").scripts[process.argv[1]]' "$2")" ;;
  prune) for one in $(node -p 'Object.keys(require("./package.json").devDependencies).join(" ")'); do rm -rf "node_modules/$one"; done ;;
  *) echo "npm $1 is not known in tests" >&2; exit 1 ;;
esac
`;

/**
 * Builds a stand-in for `node:22-slim`, which cannot be pulled in tests, of this machine's own
 * files: node, a shell with what Dockerfiles use of it, the user `node`, and an npm that takes
 * packages from the image itself.
 */
export function buildBaseImage(
  podman: PodmanUnderTest,
  name: string,
  { packages, built }: BaseContents,
): void {
  const context = join(podman.folder, 'base');
  const root = join(context, 'root');
  copyProgram(root, realpathSync(process.execPath), '/usr/local/bin/node');
  for (const program of programs) copyProgram(root, realpathSync(program), program);
  write(root, '/usr/local/bin/npm', npm, 0o755);
  write(root, '/etc/passwd', 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/tmp:/bin/sh\n');
  write(root, '/etc/group', 'root:x:0:\nnode:x:1000:\n');
  for (const one of packages) {
    cpSync(join(modules, one), join(root, 'opt/packages', one), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  if (built !== undefined) cpSync(built, join(root, 'opt/built'), { recursive: true });
  for (const file of nativeFilesIn(join(root, 'opt/packages'))) copyLibrariesOf(file, root);
  mkdirSync(join(root, 'tmp'), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY root /\n');
  podman.podman('build', '--tag', name, context);
}

/** A program with the libraries that the loader of this machine finds for it. */
function copyProgram(root: string, program: string, to: string): void {
  copyLibrariesOf(program, root);
  copy(program, join(root, to));
}

function copyLibrariesOf(program: string, root: string): void {
  // A part for another platform has no libraries here, and no use.
  const { stdout: printed } = spawnSync('ldd', [program], { encoding: 'utf8' });
  for (const [, library = ''] of printed.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x/gm)) {
    if (!library.startsWith(root)) copy(realpathSync(library), join(root, library));
  }
}

function nativeFilesIn(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /\.(node|so[.\d]*)$/.test(file)).map((file) => join(folder, file));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

function write(root: string, file: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text, { mode });
}
