// Makes the node_modules of an image small: parts for other platforms go, and what only compilers,
// debuggers and editors read. Run where they are: node deploy/slim.js
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const { platform, arch } = process;
const modules = 'node_modules';

const runtime = join(modules, 'onnxruntime-node/bin');
for (const version of namesIn(runtime)) {
  keepOnly(join(runtime, version), platform);
  keepOnly(join(runtime, version, platform), arch);
}
const sqlite = join(modules, '@photostructure/sqlite');
keepOnly(join(sqlite, 'prebuilds'), `${platform}-${arch}`);
remove(join(sqlite, 'src'));
for (const name of readdirSync(modules, { recursive: true, encoding: 'utf8' })) {
  if (/\.(?:map|d\.[cm]?ts)$/.test(name)) remove(join(modules, name));
}

function keepOnly(folder, wanted) {
  const others = namesIn(folder).filter((name) => name !== wanted);
  for (const name of others) remove(join(folder, name));
}

function namesIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function remove(path) {
  rmSync(path, { recursive: true, force: true });
}
