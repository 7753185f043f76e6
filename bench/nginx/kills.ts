import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ModelStatus } from '../../src/api/contract/models.js';
import type { RolloutBody } from '../../src/api/contract/rollouts.js';
import { KillableSerin } from '../../test/integration/nginx/killable-serin.js';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { median } from '../serving/median.js';
import { table, writeResults } from '../serving/results.js';
import { startNode } from './arms.js';
import { loadWhile } from './disturbed.js';

/** Rollouts behind NGINX whose canary is killed at full load, again and again. */

const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});
const [stablePort, canaryPort, front] = [18_121, 18_122, 18_123];

const yaml = `model: score
stable: http://127.0.0.1:${stablePort}
canary: http://127.0.0.1:${canaryPort}
traffic: { router: nginx, nginx: { listen: ${front}, workers: 1 } }
steps: [{ weight: 50, hold: { min: 5m, max: 10m } }]
coolDown: 0s
`;

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/nginx/kills.js [flags]

Starts rollouts at 50% behind the NGINX of a real \`serin serve\`, kills the canary (kill -9) at full
load, and measures until NGINX gives it nothing and the rollout is rolled back. Writes
bench/results/nginx-kills.md and .json. Debian: nginx-light libnginx-mod-http-lua wrk

  --kills N   (20)`);
} else {
  await main(Number(flags.kills));
}

interface Kill {
  /** From the kill until NGINX said that the canary's weight was 0. */
  readonly allStableMs: number;
  readonly outcome: string;
  readonly by: string;
}

async function main(times: number): Promise<void> {
  const machine = describeMachine();
  const stable = await startNode(stablePort);
  const serin = new KillableSerin(`http://127.0.0.1:${stablePort}`);
  const kills: Kill[] = [];
  try {
    await serin.start();
    // The first rollout opens the NGINX; the load begins before the first kill.
    let isOn = true;
    let loading: ReturnType<typeof loadWhile> | undefined;
    for (let kill = 1; kill <= times; kill += 1) {
      const begin = (): void => {
        loading ??= loadWhile(`http://127.0.0.1:${front}`, () => isOn);
      };
      const killed = await killOnce(serin, begin);
      console.error(`kill ${kill}: ${JSON.stringify(killed)}`);
      kills.push(killed);
    }
    isOn = false;
    const loaded = await loading;
    process.exitCode = isAsWished(kills, loaded?.failures ?? NaN) ? 0 : 1;
    const took = kills.map(({ allStableMs }) => allStableMs);
    const rolledBack = kills.filter(({ outcome }) => outcome === 'rolled-back').length;
    const rows = [
      ['kills', String(times)],
      ['requests', String(loaded?.load.requests)],
      ['requests that failed', String(loaded?.failures)],
      [
        'rollouts rolled back',
        `${rolledBack} (by ${[...new Set(kills.map(({ by }) => by))].join(', ')})`,
      ],
      ['from the kill until stable had 100%, median', `${median(took).toFixed(0)} ms`],
      ['the longest', `${Math.max(...took).toFixed(0)} ms`],
    ];
    writeResults(
      'nginx-kills',
      `# A canary killed behind NGINX

\`node dist/bench/nginx/kills.js\`: \`kill -9\` of the canary (bare \`node:http\`) at 50% of the traffic, in the middle of a rollout by \`serin serve\`, while wrk sends as much as is answered on 32 connections; everything on the same machine. The time is until NGINX itself says that the canary's weight is 0, asked every 10 ms.

${machineInWords(machine)}

${table(['', ''], rows)}
`,
      { machine, kills, requests: loaded?.load.requests, failures: loaded?.failures },
    );
  } finally {
    await serin.kill('SIGTERM');
    stable.kill('SIGKILL');
  }
}

/** No request failed, stable had everything within a second, and every rollout was rolled back. */
function isAsWished(kills: readonly Kill[], failures: number): boolean {
  return (
    failures === 0 &&
    kills.every(({ allStableMs, outcome }) => allStableMs < 1_000 && outcome === 'rolled-back')
  );
}

async function killOnce(serin: KillableSerin, beginLoad: () => void): Promise<Kill> {
  const canary = await startNode(canaryPort);
  try {
    return await killWhileItServes(serin, canary, beginLoad);
  } finally {
    canary.kill('SIGKILL');
  }
}

async function killWhileItServes(
  serin: KillableSerin,
  canary: ChildProcess,
  beginLoad: () => void,
): Promise<Kill> {
  const { id } = await serin.post<RolloutBody>('/api/v1/rollouts', { yaml });
  await until(async () => (await inForce(serin)) === 50);
  beginLoad();
  await sleep(2_500);
  const beganAt = performance.now();
  canary.kill('SIGKILL');
  await until(async () => (await inForce(serin)) === 0);
  const allStableMs = performance.now() - beganAt;
  const show = () => serin.get<RolloutBody>(`/api/v1/rollouts/${id}`);
  await until(async () => (await show()).outcome !== null);
  const { outcome, by } = await show();
  return { allStableMs, outcome: String(outcome), by: String(by) };
}

async function inForce(serin: KillableSerin): Promise<number | null> {
  const { front: status } = await serin.get<ModelStatus>('/api/v1/models/score');
  return status?.weight_in_force ?? null;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 6_000; tries += 1) {
    if (await isSo()) return;
    await sleep(10);
  }
  throw new Error('it did not come to that within a minute');
}
