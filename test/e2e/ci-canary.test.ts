import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { stageNames } from '../../src/ci/state/state.js';
import { parseImageName } from '../../src/images/registry/image-name.js';
import { openRepository, type Repository } from '../../src/images/registry/registry.js';
import { readStableTags } from '../../src/images/registry/stable-tags.js';
import { buildBaseImage } from '../containers/base-image.js';
import { canRunPodman, PodmanUnderTest } from '../containers/podman-under-test.js';
import { freePort } from '../integration/nginx/arm-servers.js';
import { Load } from '../integration/nginx/load.js';
import { canRunNginx } from '../integration/nginx/nginx-under-test.js';
import { RegistryUnderTest } from '../integration/registry/registry-under-test.js';
import { newFolder, sampleModels } from '../integration/running-server.js';
import { runSerin, ServingProcess, type Ended } from './serin-process.js';

const example = fileURLToPath(new URL('../../examples/churn-containers', import.meta.url));
const baseImage = 'localhost/node-of-this-machine';

/** Of the example's package.json, as far as this machine needs them. */
const packages = [
  'onnxruntime-node/package.json',
  'onnxruntime-node/dist',
  `onnxruntime-node/bin/napi-v6/linux/${process.arch}`,
  'onnxruntime-common',
  'typescript',
  '@types/node',
  'undici-types',
  '.bin/tsc',
];

/** Images are built, pushed, tested and rolled out. */
const long = { timeout: 600_000 };

if (canRunPodman() && canRunNginx()) wholePipeline();
else test.skip('podman or NGINX is not installed');

function wholePipeline(): void {
  const folder = newFolder();
  let podman: PodmanUnderTest;
  let registry: RegistryUnderTest;
  let repository: Repository;
  let serving: ServingProcess;
  let port: number;
  let users: Load | undefined;

  beforeAll(async () => {
    podman = new PodmanUnderTest();
    buildBaseImage(podman, baseImage, packages);
    cpSync(example, join(folder, 'app'), { recursive: true });
    const trained = await runSerin(
      ['train-samples', '--model', 'wage-net', '--out', join(folder, 'app', 'models')],
      {},
      folder,
    );
    expect(trained.code, trained.stderr).toBe(0);
    registry = await RegistryUnderTest.start();
    port = await freePort();
    const ports = { stable: await freePort(), canary: await freePort(), listen: port };
    writeFileSync(join(folder, 'serin.yaml'), shortened(registry.host, ports));
    repository = await openRepository(parseImageName(`${registry.host}/wages`), {
      credentials: null,
    });
    const data = join(folder, 'data');
    const args = ['--models', sampleModels, '--data', data, '--log-level', 'silent'];
    serving = await ServingProcess.start([...args, '--allow-commands'], podman.env);
  }, long.timeout);

  afterAll(async () => {
    await users?.stop();
    await serving.end();
    expect(podman.podman('ps', '--all', '--format', '{{.Names}}')).toBe('');
    podman.close();
    await registry.vanish();
  }, long.timeout);

  /** The whole pipeline, as a push of a commit runs it. */
  async function pipeline(
    tag: string,
    version: 1 | 2,
    ...more: readonly string[]
  ): Promise<Ended & { readonly report: string }> {
    const report = join(folder, `${tag}.md`);
    const ended = await runSerin(
      [
        'ci',
        ...['--folder', 'app', '--model', `app/models/wage-net/${version}`],
        ...['--build-arg', `NODE_IMAGE=${baseImage}`],
        ...['--build-arg', `MODEL=models/wage-net/${version}`],
        ...['--duration', '1s', '--port', '0'],
        ...['--server', serving.url, '--markdown', report],
        ...more,
      ],
      { ...podman.env, IMAGE_TAG: tag },
      folder,
    );
    return { ...ended, report: readFileSync(report, 'utf8') };
  }

  test(
    'serin ci makes a good canary stable, and leaves the tags alone after one that fails 8%',
    long,
    async () => {
      const first = await pipeline('commit-1', 1, '--first');
      expect(first.code, first.stderr).toBe(0);
      const one = await repository.digestOf('commit-1');
      expect(await readStableTags(repository)).toEqual({ stable: one, previous: undefined });

      // Users come as soon as there is something to come to, and stay to the end.
      const coming = untilServed().then(() => (users = new Load(`http://127.0.0.1:${port}`, 2)));
      const second = await pipeline('commit-2', 2);
      expect(second.code, second.stderr).toBe(0);
      const two = await repository.digestOf('commit-2');
      expect(await readStableTags(repository)).toEqual({ stable: two, previous: one });
      await coming;

      const again = await pipeline('commit-2', 2);
      expect(again.code, again.stderr).toBe(0);
      expect(again.stderr.match(/^= \w+: done/gm)).toHaveLength(stageNames.length - 1);
      expect(await readStableTags(repository)).toEqual({ stable: two, previous: one });

      const bad = 'ENV SERIN_FAULT_ERRORS=8% SERIN_FAULT_AFTER=50\n';
      appendFileSync(join(folder, 'app', 'Dockerfile'), bad);
      const third = await pipeline('commit-3', 1, '--threshold', 'errors<20%');
      expect(third.code, third.stderr).toBe(2);
      expect(third.report).toMatch(/Rolled back by the judge: .* of the canary's requests fail/);
      expect(await readStableTags(repository)).toEqual({ stable: two, previous: one });
      // What was tested is still there to be looked into.
      expect([one, two, undefined]).not.toContain(await repository.digestOf('commit-3'));
      const { failures, requests } = await (users?.stop() ?? expect.fail('nobody came'));
      expect({ failures, some: requests > 100 }).toEqual({ failures: [], some: true });
    },
  );

  async function untilServed(): Promise<void> {
    const ask = (): Promise<number> =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(ask, { timeout: 300_000 }).toBe(200);
  }
}

/** The example's rollout with other ports, one step, and a hold of a second. */
function shortened(
  host: string,
  ports: { readonly stable: number; readonly canary: number; readonly listen: number },
): string {
  const document = parseDocument(readFileSync(join(example, 'serin.ci.yaml'), 'utf8'));
  for (const [arm, tag] of [
    ['stable', ':stable'],
    ['canary', ''],
  ] as const) {
    document.setIn([arm, 'image'], `${host}/wages${tag}`);
    document.setIn([arm, 'port'], ports[arm]);
  }
  document.setIn(['traffic', 'nginx', 'listen'], ports.listen);
  document.set('steps', [{ weight: 50 }]);
  document.set('hold', { min: '1s', max: '3m', requests: 50 });
  // Two cores that builds and other tests keep busy say nothing of an app's latency.
  document.setIn(['checks', 'latency'], 'off');
  return String(document);
}
