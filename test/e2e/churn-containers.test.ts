import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import type { RolloutBody, RolloutEvents } from '../../src/api/contract/rollouts.js';
import { freePort } from '../integration/nginx/arm-servers.js';
import { Load } from '../integration/nginx/load.js';
import { canRunNginx } from '../integration/nginx/nginx-under-test.js';
import { newFolder, sampleModels } from '../integration/running-server.js';
import { runSerin, ServingProcess } from './serin-process.js';

const root = new URL('../../', import.meta.url);
const example = new URL('examples/churn-containers/serin.yaml', root);

/** Two apps and an NGINX are started, and the last step wants 2,000 requests. */
const long = { timeout: 400_000 };

/** On a machine that is busy an answer takes some milliseconds more or less: less than this. */
const delay = '20ms';

if (canRunNginx()) theExample();
else test.skip('NGINX is not installed');

function theExample(): void {
  const folder = newFolder();
  let serving: ServingProcess;
  let users: Load | undefined;
  let ports: { readonly stable: number; readonly canary: number; readonly listen: number };

  beforeAll(async () => {
    // As in a checkout: the compiled app, and the models that `npm start` trains.
    symlinkSync(fileURLToPath(new URL('dist', root)), join(folder, 'dist'));
    mkdirSync(join(folder, 'models'));
    const train = ['train-samples', '--model', 'wage-net', '--out', join(folder, 'models')];
    const trained = await runSerin(train);
    expect(trained.code, trained.stderr).toBe(0);
    ports = { stable: await freePort(), canary: await freePort(), listen: await freePort() };
    const args = [
      '--models',
      sampleModels,
      '--data',
      join(folder, 'data'),
      '--log-level',
      'silent',
    ];
    serving = await ServingProcess.start([...args, '--allow-commands'], {}, folder);
  }, long.timeout);

  afterAll(async () => {
    await users?.stop();
    await serving.end();
  });

  test(
    'a canary that errs and one that slows are rolled back, a good one goes to 100%',
    long,
    async () => {
      const errs = await start(faultsInComments()[0]);
      // The first one opens the NGINX.
      await expect
        .poll(() => statusOf(`http://127.0.0.1:${ports.listen}/health`), patient)
        .toBe(200);
      users = new Load(`http://127.0.0.1:${ports.listen}`, 16);
      expect(await ended(errs)).toMatchObject({
        outcome: 'rolled-back',
        sentence: expect.stringMatching(/of the canary's requests fail|error_rate/) as string,
      });

      const slows = await ended(await start({ SERIN_FAULT_LATENCY: '80ms' }, 'no gates'));
      expect(slows).toMatchObject({
        outcome: 'rolled-back',
        sentence: expect.stringMatching(/canary is \d+% slower/) as string,
      });

      const good = await start();
      expect(await ended(good)).toMatchObject({ outcome: 'promoted', by: 'the judge' });
      const { events } = await get<RolloutEvents>(`/api/v1/rollouts/${good}/events`);
      const weights = events.flatMap((event) =>
        event.type === 'weights-applied' ? [event['weight']] : [],
      );
      expect(weights).toEqual([10, 25, 50, 75, 100]);

      const { requests, failures } = await users.stop();
      expect(failures).toEqual([]);
      expect(requests).toBeGreaterThan(2_000);
    },
  );

  /** The example with other ports and holds of a second, at a pace that a busy machine keeps. */
  async function start(
    faults: Readonly<Record<string, string>> = {},
    gates?: 'no gates',
  ): Promise<string> {
    const document = parseDocument(readFileSync(example, 'utf8'));
    document.setIn(['stable', 'port'], ports.stable);
    document.setIn(['canary', 'port'], ports.canary);
    document.setIn(['traffic', 'nginx', 'listen'], ports.listen);
    document.setIn(['hold', 'min'], '1s');
    // They would find it before any user: here the judge has to.
    if (gates === 'no gates') document.delete('gates');
    for (const arm of ['stable', 'canary']) {
      document.setIn([arm, 'env', 'SERIN_FAULT_LATENCY'], delay);
    }
    for (const [name, value] of Object.entries(faults)) {
      document.setIn(['canary', 'env', name], value);
    }
    const body = JSON.stringify({ yaml: String(document) });
    const headers = { 'content-type': 'application/json' };
    const sent = await fetch(`${serving.url}/api/v1/rollouts`, { method: 'POST', headers, body });
    const started = (await sent.json()) as RolloutBody;
    expect(sent.status, JSON.stringify(started)).toBe(201);
    return started.id;
  }

  async function ended(id: string): Promise<RolloutBody> {
    const now = () => get<RolloutBody>(`/api/v1/rollouts/${id}`);
    await expect.poll(async () => (await now()).outcome, patient).not.toBeNull();
    return now();
  }

  async function get<Body>(path: string): Promise<Body> {
    return (await (await fetch(serving.url + path)).json()) as Body;
  }
}

/** What the example offers to those who want to see a bad canary. */
function faultsInComments(): Record<string, string>[] {
  const envs = readFileSync(example, 'utf8').matchAll(/^ {2}# env: (.*FAULT.*)$/gm);
  return [...envs].map(([, env = '']) => parse(env) as Record<string, string>);
}

const patient = { timeout: 200_000, interval: 50 };

function statusOf(url: string): Promise<number> {
  return fetch(url).then(
    ({ status }) => status,
    () => 0,
  );
}
