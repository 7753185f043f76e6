import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBaseImage } from '../containers/base-image.js';
import { canRunPodman, PodmanUnderTest } from '../containers/podman-under-test.js';
import { newFolder, sampleModels } from '../integration/running-server.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const long = { timeout: 600_000 };
const container = `serin-image-test-${process.pid}`;

describe.runIf(canRunPodman())('the images of deploy/', () => {
  let podman: PodmanUnderTest;

  beforeAll(() => {
    podman = new PodmanUnderTest();
    buildBaseImage(podman, 'localhost/node-with-serin', {
      packages: productionPackages(),
      built: join(root, 'dist'),
    });
    // Health checks are docker's: the other format has none.
    const build = (...args: readonly string[]): string =>
      podman.podman('build', '--format', 'docker', ...args);
    const base = ['--build-arg', 'NODE_IMAGE=localhost/node-with-serin'];
    build(...base, '--file', join(root, 'deploy/Dockerfile'), '--tag', 'localhost/serin', root);
    const folder = newFolder();
    mkdirSync(join(folder, 'models'));
    cpSync(join(sampleModels, 'churn', '1'), join(folder, 'models/churn/1'), { recursive: true });
    const ofModel = ['--file', join(root, 'deploy/Dockerfile.model'), '--tag', 'localhost/churn'];
    build('--build-arg', 'SERIN_IMAGE=localhost/serin', ...ofModel, folder);
    // A network of its own, with loopback alone: its port is nobody else's.
    podman.podman(
      ...['run', '--detach', '--name', container, '--network', 'none'],
      ...['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
      ...['--security-opt', 'no-new-privileges', '--env', 'SERIN_ADMIN_TOKEN=a-secret-of-sixteen'],
      'localhost/churn',
    );
  }, long.timeout);

  afterAll(() => podman.close(), long.timeout);

  /** What a script prints that runs in the container, as its user. */
  function inside(script: string): string {
    return podman.podman('exec', container, 'node', '-e', script);
  }

  test('serve the model that was copied in, and are healthy by their own check', long, async () => {
    await expect
      .poll(() => attempt(() => podman.podman('healthcheck', 'run', container)), {
        timeout: 200_000,
        interval: 500,
      })
      .toBe('');
    const predict = `fetch('http://127.0.0.1:8080/predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"features":[0.5,1.2,0.8,0.3,1.1]}',
    }).then((reply) => reply.json()).then((answer) => console.log(JSON.stringify(answer)))`;
    expect(JSON.parse(inside(predict))).toMatchObject({
      prediction: expect.any(Number) as number,
      model_used: 'stable',
    });
  });

  test('run as nobody in particular, and cannot write but to their data', long, () => {
    expect(inside('console.log(process.getuid())')).toBe('1000');
    const write = (file: string): string =>
      inside(`try { require('node:fs').writeFileSync('${file}', ''); console.log('written') }
        catch ({ code }) { console.log(code) }`);
    expect([write('/serin/x'), write('/models/x'), write('/data/x')]).toEqual([
      'EROFS',
      'EROFS',
      'written',
    ]);
  });

  test('say what findings mean', long, () => {
    const page = `fetch('http://127.0.0.1:8080/docs/validate').then((reply) => reply.text())
      .then((text) => console.log(text.includes('<section id="not-onnx">')))`;
    expect(inside(page)).toBe('true');
  });
  test(
    'are small: Serin adds less than 110 MB to its base, and nothing for other platforms',
    long,
    () => {
      const megabytes = (image: string): number =>
        Number(podman.podman('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6;
      // docs/guide/images.md tells how much it was.
      const ours = megabytes('localhost/serin') - megabytes('localhost/node-with-serin');
      expect(ours).toBeLessThan(110);
      const folder = '/serin/node_modules/onnxruntime-node/bin/napi-v6/linux';
      const parts = inside(`console.log(require('node:fs').readdirSync('${folder}').join())`);
      expect(parts).toBe(process.arch);
    },
  );

  test('hold no tools to install anything with', long, () => {
    const there = `console.log(['npm', 'npx'].filter((one) =>
      require('node:fs').existsSync('/usr/local/bin/' + one)).join())`;
    expect(inside(there)).toBe('');
  });

  test('end when they are told to, and leave nothing undone', long, () => {
    podman.podman('stop', '--time', '60', container);
    const state = podman.podman('inspect', '--format', '{{.State.ExitCode}}', container);
    expect(state).toBe('0');
  });
});

/** What `npm ci --omit=dev` installs, but for other systems' parts of ONNX Runtime. */
function productionPackages(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(lock.packages).flatMap(([path, { dev, devOptional }]) => {
    const [, name = ''] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
    if (name === '' || dev === true || devOptional === true) return [];
    if (!existsSync(join(root, path))) return [];
    return name === 'onnxruntime-node'
      ? ['package.json', 'dist', 'bin/napi-v6/linux'].map((part) => `${name}/${part}`)
      : [name];
  });
}

/** @returns what it printed; or how it failed */
function attempt(run: () => string): string {
  try {
    return run();
  } catch (thrown) {
    return (thrown as Error).message;
  }
}
