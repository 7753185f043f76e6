import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeMachine, machineInWords } from './machine.js';
import { repositoryFile } from './repository-file.js';
import { table, writeResults } from './results.js';
import { freePort } from './server.js';

/** How long a stranger waits: from a fresh clone to the first prediction, by `npm start`. */

const { values: flags } = parseArgs({
  options: {
    'at-most': { type: 'string', default: '120' },
    'own-cache': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/serving/first-start.js [flags]

Clones what is committed here into a new folder, runs \`npm start\` there with an empty npm cache, and
writes bench/results/first-start.md and .json: when each step began, and when a prediction came.

  --at-most S   it ends with 1 when it takes longer (120); after three times as long it gives up
  --own-cache   with this machine's npm cache instead of an empty one`);
} else {
  await main();
}

interface Moment {
  readonly what: string;
  /** Since `npm start` was typed. */
  readonly seconds: number;
}

async function main(): Promise<void> {
  const atMostSeconds = Number(flags['at-most']);
  const machine = describeMachine();
  const folder = mkdtempSync(path.join(tmpdir(), 'serin-first-start-'));
  try {
    const moments = await startIn(folder, 3 * atMostSeconds);
    const seconds = moments.at(-1)?.seconds ?? NaN;
    const cache = flags['own-cache'] ? "this machine's npm cache" : 'an empty npm cache';
    const text = [
      '# From a fresh clone to the first prediction',
      `\`node dist/bench/serving/first-start.js\`: \`npm start\` in a fresh clone, with ${cache}.`,
      machineInWords(machine),
      table(
        ['', 's after the start'],
        moments.map((moment) => [moment.what, moment.seconds.toFixed(1)]),
      ),
    ];
    writeResults('first-start', `${text.join('\n\n')}\n`, { machine, cache, moments });
    if (!(seconds <= atMostSeconds)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startIn(folder: string, giveUpSeconds: number): Promise<readonly Moment[]> {
  const clone = path.join(folder, 'serin');
  const from = fileURLToPath(repositoryFile('.'));
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', from, clone]);
  const port = await freePort();
  const cache = flags['own-cache'] ? {} : { npm_config_cache: path.join(folder, 'npm-cache') };
  const startedAtMs = performance.now();
  const since = (): number => (performance.now() - startedAtMs) / 1000;
  const moments: Moment[] = [];
  // A group of its own: npm, the script and the server end together.
  const npm = spawn('npm', ['start', '--', '--port', port], {
    cwd: clone,
    env: { ...process.env, ...cache },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  npm.stdout.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n')) {
      const step = /^ {2}(\S.*) …$/.exec(line)?.[1];
      if (step !== undefined) moments.push({ what: step, seconds: since() });
    }
  });
  try {
    while (!(await predicts(port))) {
      if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}`);
      if (since() > giveUpSeconds) throw new Error(`no prediction after ${giveUpSeconds} s`);
      await wait(100);
    }
    return [...moments, { what: 'The first prediction', seconds: since() }];
  } finally {
    await endGroup(npm);
  }
}

async function predicts(port: string): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"features":[0.5,1.2,0.8,0.3,1.1]}',
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // It does not listen yet.
  }
}

async function endGroup(npm: ChildProcess): Promise<void> {
  if (npm.pid === undefined || npm.exitCode !== null) return;
  const ended = once(npm, 'exit');
  process.kill(-npm.pid, 'SIGTERM');
  await ended;
}
