import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { stateFolder } from '../../src/ci/state/state-file.js';
import { stageNames } from '../../src/ci/state/state.js';
import { parseImageName } from '../../src/images/registry/image-name.js';
import { openRepository, type Repository } from '../../src/images/registry/registry.js';
import { readStableTags } from '../../src/images/registry/stable-tags.js';
import { lockFolder } from '../../src/store/sqlite/lock-folder.js';
import { buildBaseImage } from '../containers/base-image.js';
import { canRunPodman, PodmanUnderTest } from '../containers/podman-under-test.js';
import { freePort } from '../integration/nginx/arm-servers.js';
import { Load } from '../integration/nginx/load.js';
import { canRunNginx } from '../integration/nginx/nginx-under-test.js';
import { RegistryUnderTest } from '../integration/registry/registry-under-test.js';
import { newFolder, sampleModels } from '../integration/running-server.js';
import { beginSerin, runSerin, ServingProcess, type Ended } from './serin-process.js';

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

interface StageStatus {
  readonly name: string;
  readonly status: string;
}

const statusesOf = ({ json }: { json: { stages: readonly StageStatus[] } }): readonly string[] =>
  json.stages.map(({ status }) => status);

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
    buildBaseImage(podman, baseImage, { packages });
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

  interface Ran extends Ended {
    readonly junit: string;
    readonly markdown: string;
    readonly json: { readonly passed: boolean; readonly stages: readonly StageStatus[] };
  }

  /** `serin ci` with everything said by the environment, as workflows do. */
  async function ci(
    tag: string,
    version: 1 | 2,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ran> {
    // In the folder that is built, where they count for nothing.
    const reports = join(folder, 'app');
    const [junit, markdown] = [join(reports, 'junit.xml'), join(reports, 'report.md')];
    const ended = await runSerin(
      ['ci', ...args, '--json', '--junit', junit, '--markdown', markdown],
      { ...environment(tag, version), ...env },
      folder,
    );
    const json = JSON.parse(ended.stdout) as Ran['json'];
    return {
      ...ended,
      json,
      junit: readFileSync(junit, 'utf8'),
      markdown: readFileSync(markdown, 'utf8'),
    };
  }

  function environment(tag: string, version: 1 | 2): Readonly<Record<string, string>> {
    return {
      ...podman.env,
      IMAGE_TAG: tag,
      SERIN_CI_FOLDER: 'app',
      SERIN_CI_MODEL: `app/models/wage-net/${version}`,
      SERIN_CI_BUILD_ARG: `NODE_IMAGE=${baseImage}\nMODEL=models/wage-net/${version}`,
      SERIN_CI_DURATION: '1s',
      SERIN_CI_PORT: '0',
      SERIN_URL: serving.url,
    };
  }

  const digests: Record<'one' | 'two', string | undefined> = { one: undefined, two: undefined };
  let rollout = '';

  test('each stage alone does its part, and the first image becomes stable', long, async () => {
    const early = await ci('commit-1', 1, ['push']);
    expect(early.code, early.stderr).toBe(1);
    expect(early.junit).toContain('ci-stage-missing');
    for (const stage of stageNames) {
      const { code, stderr, json, junit } = await ci('commit-1', 1, [stage, '--first']);
      expect(code, stderr).toBe(0);
      expect(json).toMatchObject({ passed: true, stages: [{ name: stage, status: 'passed' }] });
      expect(junit).toMatch(new RegExp(`<testcase name="${stage}"`));
    }
    const unlock = lockFolder(join(folder, stateFolder), 'ci-running');
    const second = await ci('commit-1', 1, ['build']);
    unlock();
    expect(second.code).toBe(1);
    expect(second.stdout).toContain('Another `serin ci` works in this folder');
    digests.one = await repository.digestOf('commit-1');
    expect(digests.one).toBeDefined();
    expect(await stableTags()).toEqual({ stable: 'one', previous: undefined });
  });

  test(
    'interrupted while it waits for the container, it removes it and says so',
    long,
    async () => {
      const unhealthy = parseDocument(readFileSync(join(folder, 'serin.yaml'), 'utf8'));
      unhealthy.setIn(['canary', 'health'], '/never');
      writeFileSync(join(folder, 'unhealthy.yaml'), String(unhealthy));
      const env = { ...environment('commit-1', 1), SERIN_CI_DEADLINE: '10m' };
      const order = ['ci', '--rollout', 'unhealthy.yaml'];
      const { told, signal, ended } = beginSerin(order, env, folder);
      await expect.poll(told, { timeout: 120_000 }).toMatch(/until \S+\/never answers/);
      signal('SIGINT');
      const { code, stderr } = await ended;
      expect(code, stderr).toBe(130);
      expect(stderr).toContain('interrupted; the same command goes on from here');
      expect(podman.podman('ps', '--all', '--format', '{{.Names}}')).not.toContain('serin-ci-');
    },
  );

  test('a good canary becomes stable, by two runs that do nothing twice', long, async () => {
    // Nobody asks yet: the rollout waits, and this run does not.
    const first = await ci('commit-2', 2, ['--timeout', '100ms']);
    expect(first.code, first.stderr).toBe(3);
    expect(first.junit).toContain('canary-undecided');
    expect(await stableTags()).toEqual({ stable: 'one', previous: undefined });
    digests.two = await repository.digestOf('commit-2');
    [rollout] = /r-\w+-\w+/.exec(first.stderr) ?? expect.fail(first.stderr);

    await untilServed();
    users = new Load(`http://127.0.0.1:${port}`, 2);
    const second = await ci('commit-2', 2, []);
    expect(second.code, second.stderr).toBe(0);
    expect(statusesOf(second)).toEqual([...Array(6).fill('done'), 'passed', 'passed']);
    expect(second.stderr).toContain(rollout);
    expect(second.markdown).toContain('Promoted by the judge');
    expect(await stableTags()).toEqual({ stable: 'two', previous: 'one' });

    const third = await ci('commit-2', 2, []);
    expect(third.code, third.stderr).toBe(0);
    expect(statusesOf(third)).toEqual([...Array(7).fill('done'), 'passed']);
    expect(await stableTags()).toEqual({ stable: 'two', previous: 'one' });
  });

  test('the tag goes back with a canary that somebody takes back later', long, async () => {
    const order = ['rollout', 'rollback', rollout, '--why', 'support calls'];
    const late = await runSerin(order, { SERIN_URL: serving.url });
    expect(late.code, late.stderr).toBe(0);
    await expect.poll(stableTags, { timeout: 200_000 }).toEqual({ stable: 'one', previous: 'one' });
  });

  test('a canary that fails 8% is rolled back, and the tags stay', long, async () => {
    const bad = 'ENV SERIN_FAULT_ERRORS=8% SERIN_FAULT_AFTER=50\n';
    appendFileSync(join(folder, 'app', 'Dockerfile'), bad);
    const { code, stderr, markdown, junit } = await ci('commit-3', 1, [
      ...['--threshold', 'errors<20%'],
    ]);
    expect(code, stderr).toBe(2);
    // By what NGINX logged, or by what the canary says of itself: whichever is known first.
    expect(markdown).toMatch(
      /Rolled back by the judge: .*(canary's requests fail|rate of the canary)/,
    );
    expect(junit).toContain('canary-rolled-back');
    expect(await stableTags()).toEqual({ stable: 'one', previous: 'one' });
    // What was tested is still there to be looked into.
    expect([undefined, ...Object.values(digests)]).not.toContain(
      await repository.digestOf('commit-3'),
    );
    const { failures, requests } = await (users?.stop() ?? expect.fail('nobody came'));
    expect({ failures, some: requests > 100 }).toEqual({ failures: [], some: true });
  });

  /** The two tags, by the names that this file gives their images. */
  async function stableTags(): Promise<Record<string, string | undefined>> {
    const { stable, previous } = await readStableTags(repository);
    const nameOf = (digest: string | undefined): string | undefined =>
      digest === undefined
        ? undefined
        : (Object.entries(digests).find(([, known]) => known === digest)?.[0] ?? digest);
    return { stable: nameOf(stable), previous: nameOf(previous) };
  }

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
