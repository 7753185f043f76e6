import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newFolder } from '../running-server.js';

/**
 * Real podman without a daemon, with images and containers in a folder of its own, on the network of
 * this machine: bridges would leave interfaces and firewall rules behind.
 */
export class Podman {
  readonly folder = newFolder();
  readonly env: Readonly<Record<string, string>>;

  constructor() {
    const file = (name: string, text: string): string => {
      const path = join(this.folder, name);
      writeFileSync(path, text);
      return path;
    };
    this.env = {
      CONTAINERS_STORAGE_CONF: file(
        'storage.conf',
        `[storage]\ndriver = "overlay"\ngraphroot = "${this.folder}/graph"\nrunroot = "${this.folder}/run"\n`,
      ),
      CONTAINERS_REGISTRIES_CONF: file('registries.conf', 'unqualified-search-registries = []\n'),
      CONTAINERS_CONF: file(
        'containers.conf',
        `[containers]
netns = "host"
ipcns = "host"
utsns = "host"
cgroupns = "host"
log_driver = "k8s-file"
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
`,
      ),
      BUILDAH_ISOLATION: 'chroot',
    };
  }

  run(...args: string[]): string {
    const env = { ...process.env, ...this.env };
    return execFileSync('podman', args, {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Builds an image of nothing but this Node, as no other can be pulled here. @returns its name */
  buildNode(): string {
    const context = join(this.folder, 'node');
    const files = [process.execPath, ...librariesOf(process.execPath)];
    for (const file of files) {
      const copy = join(context, 'root', file);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(file, copy);
    }
    const dockerfile = `FROM scratch\nCOPY root /\nENTRYPOINT ["${process.execPath}"]\n`;
    writeFileSync(join(context, 'Dockerfile'), dockerfile);
    this.run('build', '--tag', 'localhost/node', context);
    return 'localhost/node';
  }

  /** Takes everything away again, also what is mounted. */
  remove(): void {
    this.run('rm', '--all', '--force', '--time', '0');
    this.run('rmi', '--all', '--force');
  }
}

/** What the program needs beside itself, as the loader of the system finds it. */
function librariesOf(program: string): readonly string[] {
  const found = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...found.matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap(([, file]) =>
    file === undefined ? [] : [file],
  );
}

/** Sets the environment of this process for as long as a test file runs. */
export function useEnvironment(env: Readonly<Record<string, string>>): () => void {
  const before = Object.fromEntries(Object.keys(env).map((name) => [name, process.env[name]]));
  Object.assign(process.env, env);
  return () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}
