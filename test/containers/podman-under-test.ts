import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newFolder } from '../integration/running-server.js';

/** Debian's packages podman and runc: scripts/test.js installs them. */
const programs = ['/usr/bin/podman', '/usr/sbin/runc'];

/** Without them a person gets the rest of the tests; where CI=true, the tests run, and fail. */
export function canRunPodman(): boolean {
  return process.env['CI'] === 'true' || programs.every((program) => existsSync(program));
}

/**
 * The real podman with a store of its own, which needs no daemon, no other container settings and
 * nothing of this machine's network but loopback.
 */
export class PodmanUnderTest {
  readonly folder = newFolder();
  /** Short, as there are sockets in it; that of all others is removed by `podman system reset`. */
  readonly #passing = mkdtempSync(join(tmpdir(), 'p-'));
  /** What makes an engine this one. */
  readonly env: Readonly<Record<string, string>>;

  constructor() {
    const { PATH = '', HOME = '' } = process.env;
    const files = {
      CONTAINERS_STORAGE_CONF: this.#write('storage.conf', [
        '[storage]',
        'driver = "overlay"',
        `graphroot = "${join(this.folder, 'images')}"`,
        `runroot = "${join(this.folder, 'run')}"`,
      ]),
      CONTAINERS_REGISTRIES_CONF: this.#write('registries.conf', [
        'unqualified-search-registries = []',
        '[[registry]]',
        // A registry on loopback speaks plain HTTP.
        'location = "127.0.0.1"',
        'insecure = true',
      ]),
      CONTAINERS_CONF: this.#write('containers.conf', [
        '[containers]',
        ...['netns', 'ipcns', 'utsns', 'cgroupns'].map((space) => `${space} = "host"`),
        'log_driver = "k8s-file"',
        'default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]',
        '[engine]',
        `tmp_dir = "${this.#passing}"`,
        'cgroup_manager = "cgroupfs"',
        'events_logger = "file"',
        'runtime = "runc"',
        // Quicker than gzip: every push takes node along.
        'compression_format = "zstd"',
      ]),
    };
    this.env = {
      PATH,
      HOME,
      ...files,
      BUILDAH_ISOLATION: 'chroot',
      SERIN_ENGINE: 'podman',
      SERIN_CONTAINER_NETWORK: 'host',
    };
  }

  /** Runs podman as a person would, beside Serin. */
  podman(...args: readonly string[]): string {
    return execFileSync('podman', args, {
      env: this.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  /** Removes every container and image, and the mounts that podman keeps for its store. */
  close(): void {
    this.podman('rm', '--all', '--force', '--time', '0');
    this.podman('system', 'reset', '--force');
    for (const one of [this.folder, this.#passing]) rmSync(one, { recursive: true, force: true });
  }

  #write(name: string, lines: readonly string[]): string {
    mkdirSync(this.folder, { recursive: true });
    const file = join(this.folder, name);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }
}
