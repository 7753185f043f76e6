import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { EffectId } from '../../rollout/machine/events.js';
import type { GateAnswer } from '../../rollout/ports.js';
import type { Gate } from '../../rollout/strategy/gate.js';
import { ListeningServer, replyWith } from '../../../test/outgoing/listening-server.js';
import { gateStep, strategyOf } from '../../../test/rollout/strategies.js';
import { AskedGates, type AskedGatesOptions } from './asked-gates.js';

describe('a webhook', () => {
  let server: ListeningServer;
  beforeEach(async () => (server = await ListeningServer.start()));
  afterEach(() => server.close());

  const ask = (path = '/may-it', timeoutMs = 10_000): Promise<GateAnswer> =>
    run(gates(), { kind: 'webhook', url: server.url + path, timeoutMs });

  test('is told what is asked about, with the id of the effect', async () => {
    await ask();
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: '/may-it',
        headers: { 'idempotency-key': 'r1/3' },
        body: {
          rollout: 'r1',
          model: 'churn',
          stable: 'models/churn/1',
          canary: 'models/churn/2',
        },
      },
    ]);
  });

  test.each<
    [string, Parameters<typeof replyWith>, Pick<GateAnswer, 'passed'> & { reason: RegExp }]
  >([
    [
      'says yes',
      [200, { passed: true, reason: 'AUC 0.91' }],
      { passed: true, reason: /^AUC 0.91$/ },
    ],
    [
      'says no',
      [200, { passed: false, reason: 'AUC\n0.61' }],
      { passed: false, reason: /^AUC 0.61$/ },
    ],
    [
      'says no without a reason',
      [200, { passed: false }],
      { passed: false, reason: /refused it$/ },
    ],
    ['answers 204', [204], { passed: true, reason: /passed it$/ }],
    [
      'answers what is not understood',
      [200, 'OK'],
      { passed: false, reason: /did not say whether it passed: OK$/ },
    ],
    [
      'says "passed" in another way',
      [200, { passed: 'yes' }],
      { passed: false, reason: /did not say/ },
    ],
    [
      'refuses with text',
      [403, 'freeze until Monday'],
      { passed: false, reason: /refused with status 403: freeze until Monday$/ },
    ],
    [
      'refuses with JSON',
      [422, { reason: 'no owner' }],
      { passed: false, reason: /status 422: no owner$/ },
    ],
    ['refuses without a word', [404], { passed: false, reason: /status 404$/ }],
    [
      'redirects',
      [302],
      { passed: false, reason: /redirects \(status 302\), which is not followed$/ },
    ],
  ])('that %s', async (_, reply, expected) => {
    server.answer = replyWith(...reply);
    expect(await ask()).toEqual({
      passed: expected.passed,
      reason: expect.stringMatching(expected.reason) as string,
    });
  });

  test('that does not answer in time has failed', async () => {
    server.answer = () => undefined;
    expect(await ask('/', 50)).toEqual({
      passed: false,
      reason: `${server.url} did not answer within 0.05 s`,
    });
  });

  test.each([500, 502, 429])('that answers %d is asked again', async (status) => {
    server.answer = replyWith(status);
    await expect(ask()).rejects.toMatchObject({ code: 'gate-unreachable', retriable: true });
  });

  test('that is not there is asked again', async () => {
    await server.close();
    await expect(ask()).rejects.toMatchObject({ words: { found: 'ECONNREFUSED' } });
    server = await ListeningServer.start();
  });

  test('gives a reason that fits into a sentence', async () => {
    server.answer = replyWith(200, { passed: false, reason: 'no '.repeat(1000) });
    expect((await ask()).reason).toHaveLength(500);
  });
});

describe('a command', () => {
  const command = (text: string, timeoutMs = 20_000, by = gates()): Promise<GateAnswer> =>
    run(by, { kind: 'command', command: text, timeoutMs });

  test('passes by exit code 0, and what it printed last is the reason', async () => {
    expect(await command('echo looking; echo; echo AUC 0.91 >&2')).toEqual({
      passed: true,
      reason: 'looking | AUC 0.91',
    });
    expect(await command('true')).toEqual({ passed: true, reason: 'exit code 0' });
  });

  test('fails by any other exit code', async () => {
    expect(await command('echo no owner; exit 3')).toEqual({
      passed: false,
      reason: 'exit code 3: no owner',
    });
    expect(await command('kill -TERM $$')).toEqual({
      passed: false,
      reason: 'was ended by SIGTERM',
    });
  });

  test('that is not there fails by what the shell says', async () => {
    const { passed, reason } = await command('no-such-program-here');
    expect(passed).toBe(false);
    expect(reason).toMatch(/^exit code 127: .*no-such-program-here.*not found/);
  });

  test('finds what it is asked about in its environment, and no token', async () => {
    process.env['SERIN_ADMIN_TOKEN'] = 'secret-secret-secret';
    try {
      const said = await command(
        'echo "$SERIN_ROLLOUT $SERIN_MODEL $SERIN_STABLE $SERIN_CANARY $SERIN_IDEMPOTENCY_KEY" $SERIN_ADMIN_TOKEN',
      );
      expect(said.reason).toBe('r1 churn models/churn/1 models/churn/2 r1/3');
    } finally {
      delete process.env['SERIN_ADMIN_TOKEN'];
    }
  });

  test('that prints without end is read to its end, and only that is kept', async () => {
    const { reason } = await command('yes no | head -c 3000000; echo; echo the end');
    expect(reason).toBe('no | no | the end');
  });

  test('that takes too long is killed with everything that it started', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'serin-gate-')), 'pid');
    const text = `sleep 1000 & echo $! > ${file}; echo waiting; trap '' TERM; wait`;
    expect(await command(text, 2_000)).toEqual({
      passed: false,
      reason: 'took longer than 2 s: waiting',
    });
    await expectEnded(file);
  });

  test('leaves nothing behind when it ends', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'serin-gate-')), 'pid');
    const text = `sleep 1000 & echo $! > ${file}; echo done`;
    expect(await command(text)).toEqual({ passed: true, reason: 'done' });
    await expectEnded(file);
  });

  test('is killed when the server stops, and has not answered', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'serin-gate-')), 'pid');
    const asked = gates();
    const answer = command(`echo $$ > ${file}; sleep 1000`, 20_000, asked);
    const refused = expect(answer).rejects.toMatchObject({ code: 'gate-unreachable' });
    await expect.poll(() => pidIn(file), soon).toBeGreaterThan(0);
    asked.close();
    await refused;
    await expectEnded(file);
    await expect(command('true', 20_000, asked)).rejects.toMatchObject({
      code: 'gate-unreachable',
    });
  });

  test('is killed when its rollout does not wait for it any more, and has not passed', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'serin-gate-')), 'pid');
    const asked = gates();
    const answer = command(`echo $$ > ${file}; sleep 1000`, 20_000, asked);
    await expect.poll(() => pidIn(file), soon).toBeGreaterThan(0);
    asked.letGo('another' as RolloutId);
    asked.letGo('r1' as RolloutId);
    expect(await answer).toEqual({ passed: false, reason: 'nobody waits for it any more' });
    await expectEnded(file);
    expect(await command('true', 20_000, asked)).toMatchObject({ passed: true });
  });

  test('is not run where commands are not allowed, and the reason says what to do', async () => {
    const { passed, reason } = await command('true', 1_000, gates({ allowCommands: false }));
    expect(passed).toBe(false);
    expect(reason).toContain('--allow-commands');
  });
});

describe("a gate of Serin's own", () => {
  const validate: Gate = { kind: 'built-in', name: 'validate', timeoutMs: 20_000 };

  test('is carried out by what was plugged in for it', async () => {
    const asked = gates({
      builtIn: new Map([
        ['validate', ({ strategy }) => Promise.resolve({ passed: true, reason: strategy.model })],
      ]),
    });
    expect(await run(asked, validate)).toEqual({ passed: true, reason: 'churn' });
  });

  test('is told when its time is up, and has failed by then', async () => {
    let told = false;
    const asked = gates({
      builtIn: new Map([
        [
          'validate',
          (_of, _gate, signal) =>
            new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                told = true;
                reject(new Error('too late to be heard'));
              });
            }),
        ],
      ]),
    });
    expect(await run(asked, { ...validate, timeoutMs: 20 })).toEqual({
      passed: false,
      reason: 'took longer than 0.02 s',
    });
    expect(told).toBe(true);
  });

  test('that cannot be carried out is tried again', async () => {
    const asked = gates({
      builtIn: new Map([['validate', () => Promise.reject(new SerinError('store-failed'))]]),
    });
    await expect(run(asked, validate)).rejects.toMatchObject({ code: 'store-failed' });
  });

  test('whose version is not there has failed, and is not tried again', async () => {
    const gone = new SerinError('version-not-found', { found: 'churn/9' });
    const asked = gates({ builtIn: new Map([['validate', () => Promise.reject(gone)]]) });
    await expect(run(asked, validate)).resolves.toMatchObject({
      passed: false,
      reason: expect.stringContaining('churn/9') as string,
    });
  });
});

describe('a strategy', () => {
  const withGates = (...asked: Gate[]) => strategyOf({ gates: asked });
  const loadtest: Gate = { kind: 'built-in', name: 'loadtest', timeoutMs: 1 };
  const shell: Gate = { kind: 'command', command: 'true', timeoutMs: 1 };

  test('whose gates are all there is taken', () => {
    const strategy = strategyOf({ gates: [shell], steps: [gateStep] });
    expect(gates().gatesNotAvailable(strategy)).toBeUndefined();
  });

  test('that asks for a gate that is not plugged in is refused, with those that are', () => {
    const pass = () => Promise.resolve({ passed: true, reason: '' });
    const asked = gates({ builtIn: new Map([['smoke', pass]]) });
    expect(asked.gatesNotAvailable(withGates(loadtest))).toMatchObject({
      code: 'gate-not-available',
      words: { expected: 'one of smoke', found: 'loadtest' },
    });
  });

  test('that wants to run commands is refused where they are not allowed, in a step as well', () => {
    const asked = gates({ allowCommands: false });
    const steps = [{ kind: 'gate', gate: shell }] as const;
    for (const strategy of [withGates(shell), strategyOf({ steps })]) {
      expect(asked.gatesNotAvailable(strategy)).toMatchObject({
        code: 'commands-not-allowed',
        words: { found: 'the gate "true"' },
      });
    }
  });
});

/** Polls end when it is so; a machine with much else to do takes longer. */
const soon = { timeout: 20_000 };

function gates(wishes: Partial<AskedGatesOptions> = {}): AskedGates {
  return new AskedGates({ builtIn: new Map(), allowCommands: true, ...wishes });
}

function run(by: AskedGates, gate: Gate): Promise<GateAnswer> {
  const of = { rolloutId: 'r1' as RolloutId, strategy: strategyOf() };
  return by.run(of, gate, 'r1/3' as EffectId);
}

function pidIn(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

async function expectEnded(file: string): Promise<void> {
  const pid = pidIn(file);
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isRunning(pid), soon).toBe(false);
}

function isRunning(pid: number): boolean {
  try {
    // One that ended and that nobody has asked for yet is a zombie: it does not run.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
