import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { newFolder, sampleModels } from '../integration/running-server.js';
import { runSerin, ServingProcess, type Ended } from './serin-process.js';

const features = [12, 20, 38, 1, 0];
let serving: ServingProcess | undefined;

// Every command is a process, and a machine that is busy starts them slowly.
vi.setConfig({ testTimeout: 120_000 });

afterEach(async () => {
  await serving?.end();
  serving = undefined;
});

async function serve(data = newFolder(), ...flags: string[]): Promise<ServingProcess> {
  serving = await ServingProcess.start(['--models', sampleModels, '--data', data, ...flags]);
  return serving;
}

function ask(...args: string[]): Promise<Ended> {
  return runSerin(args, { SERIN_URL: serving?.url ?? '' });
}

async function jsonOf(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await ask(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function versionThatAnswers(url: string): Promise<string | null> {
  const response = await fetch(`${url}/predict`, {
    method: 'POST',
    body: JSON.stringify({ features }),
  });
  expect(response.status).toBe(200);
  return response.headers.get('serin-version');
}

describe('against a running server', () => {
  test('a canary is deployed, shown, promoted; another is deployed and rolled back', async () => {
    const { url } = await serve();
    const deployed = await ask('deploy', 'churn/2', '--weight', '25%', '--why', 'better offline');
    expect(deployed).toMatchObject({ code: 0, stderr: '' });
    expect(deployed.stdout).toContain('Version 2 of churn takes 25% of traffic, until somebody');

    const shown = (await ask('status')).stdout;
    expect(shown).toMatch(/stable +1 +75%/);
    expect(shown).toMatch(/canary +2 +25%/);
    const { models } = await jsonOf('status', 'churn');
    expect(models).toMatchObject([{ weight: 25, canary: { version: '2' } }]);

    expect((await ask('promote', 'churn')).stdout).toContain('Version 2 of churn is stable now.');
    expect(await versionThatAnswers(url)).toBe('2');
    expect(await jsonOf('deploy', 'churn/3')).toMatchObject({ status: 'success', weight: 10 });
    const back = await ask('rollback', '--why', 'support calls');
    expect(back.stdout).toContain('Version 3 of churn gets no traffic any more.');
    expect(await versionThatAnswers(url)).toBe('2');
    const events = await fetch(`${url}/api/v1/models/churn/events`);
    const [newest] = ((await events.json()) as { events: Record<string, string>[] }).events;
    expect(newest).toMatchObject({ type: 'rolled-back', why: 'support calls' });
  });

  test('the walk-through does every step, and fails where faults are switched off', async () => {
    await serve(newFolder(), '--enable-faults');
    const walked = await ask('walkthrough');
    expect(walked, walked.stdout + walked.stderr).toMatchObject({ code: 0 });
    expect(walked.stdout).toContain('All 9 steps did what they should.');
    await serving?.end();
    await serve();
    const refused = await ask('walkthrough', '--requests', '20');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Fault injection is switched off');
  });

  test('what the server refuses is said in its words, for machines as well', async () => {
    await serve();
    expect(await ask('promote')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'serin: There is no canary\n  Deploy one: serin deploy MODEL/VERSION.\n',
    });
    const asJson = await ask('deploy', 'churn/99', '--json');
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ code: 'version-not-found' });
    expect((await ask('status', 'nobody')).stderr).toContain('expected one of churn, found nobody');
  });

  test('a token in the environment is sent; without it the server refuses', async () => {
    const SERIN_ADMIN_TOKEN = 'a-token-of-more-than-16-characters';
    const flags = ['--models', sampleModels, '--data', newFolder()];
    serving = await ServingProcess.start(flags, { SERIN_ADMIN_TOKEN });
    expect((await ask('status')).stderr).toContain('This needs the admin token');
    const env = { SERIN_ADMIN_TOKEN, SERIN_URL: serving.url };
    expect((await runSerin(['status'], env)).stdout).toContain('churn');
  });
});

describe('the server process', () => {
  test('killed at any time, it comes back as it was and leaves no process behind', async () => {
    const data = newFolder();
    const before = await serve(data);
    await ask('deploy', 'churn/2', '--weight', '100', '--sticky', 'header:x-user');
    const { models: known } = await jsonOf('status', 'churn');
    const [{ canary_since: since }] = known as [{ canary_since: string }];
    expect(Date.parse(since)).toBeGreaterThan(0);
    const children = childrenOf(before.pid);
    expect(children).toHaveLength(2);
    await before.end('SIGKILL');
    await expect.poll(() => children.filter(isAlive), { timeout: 60_000 }).toEqual([]);

    const after = await serve(data);
    expect((await jsonOf('status', 'churn'))['models']).toMatchObject([
      {
        weight: 100,
        sticky: 'header:x-user',
        stable: { version: '1' },
        canary: { version: '2' },
        canary_since: since,
      },
    ]);
    expect(await versionThatAnswers(after.url)).toBe('2');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends it and its runners, with code 0',
    async (signal) => {
      const running = await serve();
      const children = childrenOf(running.pid);
      expect(children).toHaveLength(1);
      expect(await running.end(signal)).toBe(0);
      expect(children.filter(isAlive)).toEqual([]);
    },
  );

  test('a port that is taken, and a folder that cannot be written, are named', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const flags = ['serve', '--models', sampleModels];
    const taken = await runSerin([...flags, '--data', newFolder(), '--port', String(port)]);
    other.close();
    expect(taken.code).toBe(1);
    expect(taken.stderr).toContain(`127.0.0.1:${port}, found EADDRINUSE`);

    const file = join(newFolder(), 'a-file');
    writeFileSync(file, '');
    const unwritable = await runSerin([...flags, '--port', '0', '--data', join(file, 'data')]);
    expect(unwritable.code).toBe(1);
    expect(unwritable.stderr).toContain(`The state could not be stored: expected to write ${file}`);
    expect(unwritable.stderr).toContain('Check space and permissions of the --data folder.');
  });

  test('a folder of models that is not there says how to get some', async () => {
    const models = join(newFolder(), 'typo');
    const flags = ['serve', '--models', models, '--data', newFolder(), '--port', '0'];
    const { code, stderr } = await runSerin(flags);
    expect(code).toBe(1);
    expect(stderr).toContain('There is no model to serve');
    expect(stderr).toContain('serin train-samples');
  });
});

describe('without a server', () => {
  test('samples are trained, and how right each is on rows that it never saw is printed', async () => {
    const flags = ['train-samples', '--out', newFolder(), '--model', 'churn'];
    const trained = await runSerin(flags);
    expect(trained.code, trained.stderr).toBe(0);
    for (const version of ['1', '2', '3']) {
      const row = new RegExp(`^churn +${version} +written +\\d\\d\\.\\d% +200$`, 'm');
      expect(trained.stdout).toMatch(row);
    }
    expect((await runSerin(flags)).stdout).toMatch(/^churn +1 +kept +– +–$/m);
  });

  test('it is said where one was looked for, and how to start one', async () => {
    const env = { SERIN_URL: 'http://127.0.0.1:9' };
    const { code, stderr } = await runSerin(['status'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('No Serin server answers: expected a server at http://127.0.0.1:9');
    expect(stderr).toContain('npm start');
    expect(stderr).not.toMatch(/ {4}at /);
    const asJson = await runSerin(['status', '--json'], env);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ code: 'server-unreachable' });
  });

  test('another program at the address is not taken for Serin', async () => {
    const other = createServer((_request, response) => response.end('<h1>Hello</h1>'));
    other.listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await runSerin(['status', '--url', `http://127.0.0.1:${port}`]);
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain('The server refused');
    expect(stderr).toContain('<h1>Hello</h1>');
  });

  test.each([
    [['deploy'], /missing required argument 'version'/],
    [['deploy', 'churn/2', '--weight', 'half'], /Expected a percentage from 0 to 100/],
    [['deploy', 'churn/2', '--weight', '101'], /Expected a percentage from 0 to 100/],
    [['deploy', 'churn/2', '--wieght', '1'], /Did you mean --weight/],
    [['deplyo'], /unknown command 'deplyo'/],
    [['serve', '--port', '70000'], /Expected a port from 0 to 65535/],
    [['serve', '--max-body', '16'], /a size with its unit/],
    [['serve', '--stable', 'churn'], /MODEL=VERSION/],
    [['walkthrough', '--requests', 'many'], /Expected a whole number/],
  ])('serin %j is bad usage', async (args, words) => {
    const { code, stderr, stdout } = await runSerin(args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(words);
    expect(stderr).toContain('--help');
    expect(stderr).not.toMatch(/ {4}at /);
  });

  test('every command shows an example of itself', async () => {
    const { stdout } = await runSerin(['--help']);
    const [, list = ''] = stdout.split('Commands:');
    const commands = [...list.matchAll(/^ {2}(\w[\w-]*)/gm)].map(([, name]) => name!);
    expect(commands).toEqual(expect.arrayContaining(['serve', 'deploy', 'status', 'walkthrough']));
    for (const command of commands.filter((name) => name !== 'help')) {
      const help = await runSerin([command, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout, command).toMatch(new RegExp(`Example[^\\n]*\\n +\\$ serin ${command}`));
    }
  });
});

function childrenOf(parent: number): number[] {
  const tasks = readdirSync(`/proc/${parent}/task`);
  return tasks.flatMap((task) =>
    readFileSync(`/proc/${parent}/task/${task}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
}

/** Whether a process runs; one that has ended and was not waited for yet does not. */
function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    // It ended between the two looks.
    return false;
  }
}
