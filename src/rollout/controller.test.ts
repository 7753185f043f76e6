import { expect, test } from 'vitest';
import { Controlled } from '../../test/rollout/controlled.js';
import { MemoryEventLog } from '../../test/rollout/memory-event-log.js';
import { gateStep, shadowStep, strategyOf, weightStep } from '../../test/rollout/strategies.js';
import { SerinError } from '../domain/errors.js';
import { toDigest, toModelName } from '../domain/ids.js';
import { toPercent } from '../domain/share.js';
import type { Judged, Request, RolloutId } from './machine/events.js';
import type { Strategy } from './strategy/strategy.js';

const ada = { by: 'ada', why: 'I say so' };
const full = new SerinError('store-failed', { found: 'disk full' });

async function started(strategy: Partial<Strategy> = {}, on = new Controlled()) {
  const id = await on.controller.start(strategyOf(strategy), 'ada', 'the new features');
  await on.pass();
  const request = async (type: Exclude<Request['type'], 'weight-requested'>) => {
    const [answer] = await Promise.allSettled([
      on.controller.request(id, { type, ...ada }),
      on.pass(),
    ]);
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  };
  const judged = async (verdict: Judged['verdict']) => {
    const { entry } = await on.controller.show(id);
    const told = on.controller.observe(id, {
      type: 'judged',
      entry,
      verdict,
      leansToHarm: verdict === 'harm',
      safe: verdict === 'safe',
      reason: `it is ${verdict}`,
      canaryRequests: 1_000,
      stableRequests: 1_000,
    });
    await on.pass();
    return told;
  };
  const phase = async () => (await on.controller.show(id)).phase.kind;
  return { on, id, request, judged, phase };
}

test('a good canary goes through its steps and is promoted, each effect once', async () => {
  const { on, id, judged } = await started({ steps: [weightStep(10), weightStep(50)] });
  for (let step = 0; step < 2; step++) {
    await on.pass(30_000);
    await judged('safe');
  }
  expect(on.said).toEqual([
    'load',
    'setWeight 10',
    'judge 2 10',
    'setWeight 50',
    'judge 3 50',
    'promote canary',
    'keepWarm',
  ]);
  expect(await on.log.pendingEffects(id)).toEqual([]);
  await on.pass(3_600_000);
  expect(on.said.at(-1)).toBe('unload previous');
  expect(await on.log.open()).toEqual([]);
});

test('looks of the judge that change nothing are not stored', async () => {
  const { on, id, judged } = await started();
  const before = (await on.controller.events(id)).length;
  for (let looks = 0; looks < 5; looks++) await judged('undecided');
  expect((await on.controller.events(id)).length).toBe(before + 1);
});

test('a model has one rollout at a time; another one is told so', async () => {
  const { on, request } = await started();
  const again = on.controller.start(strategyOf(), 'bo', 'me too');
  await expect(again).rejects.toMatchObject({ code: 'rollout-exists' });
  const other = { model: toModelName('other') };
  await on.controller.start(strategyOf(other), 'bo', 'another model');
  await request('abort-requested');
  await on.controller.start(strategyOf(), 'bo', 'now it is free');
});

test('a canary that was rolled back is refused until the cool-down is over, another is not', async () => {
  const { on, judged } = await started();
  await judged('harm');
  const again = on.controller.start(strategyOf(), 'ada', 'once more');
  await expect(again).rejects.toMatchObject({
    code: 'rollout-cooling-down',
    message: expect.stringContaining('wait 60 s') as string,
  });
  await on.pass(60_000);
  const id = await on.controller.start(strategyOf(), 'ada', 'once more');
  await on.controller.request(id, { type: 'abort-requested', ...ada });
  const fixed = { canary: { kind: 'path', path: 'models/churn/3' } } as const;
  await on.controller.start(strategyOf(fixed), 'ada', 'fixed');
});

test('a retry is refused while another roll-back of its canary cools down', async () => {
  const { on, id: first, request } = await started();
  await request('abort-requested');
  const second = await on.controller.start(strategyOf(), 'ada', 'once more');
  await on.pass();
  await on.controller.request(second, { type: 'roll-back-requested', ...ada });
  await on.pass();
  const retry = () => on.controller.request(first, { type: 'retry-requested', ...ada });
  await expect(retry()).rejects.toMatchObject({ code: 'rollout-cooling-down' });
  await on.pass(60_000);
  expect((await retry()).attempt).toBe(2);
});

test('a cool-down is of what lay there, not of how its place was written', async () => {
  const canaryAt = (path: string, content: string): Partial<Strategy> => ({
    canary: { kind: 'path', path, digest: toDigest(`sha256:${content.repeat(64)}`) },
  });
  const { on, judged } = await started(canaryAt('models/churn/2', 'a'));
  await judged('harm');
  for (const path of ['models/churn/2', './models/churn/2', 'models/copy/7']) {
    const again = on.controller.start(strategyOf(canaryAt(path, 'a')), 'ada', 'once more');
    await expect(again, path).rejects.toMatchObject({ code: 'rollout-cooling-down' });
  }
  await on.controller.start(strategyOf(canaryAt('models/churn/2', 'b')), 'ada', 'trained again');
});

test('a strategy that the router cannot carry out is refused, with everything that it cannot', async () => {
  const on = new Controlled(undefined, { shadow: false, minimumWeight: toPercent(1) });
  const strategy = strategyOf({
    sticky: { from: 'cookie', name: 'uid' },
    steps: [shadowStep, weightStep(0.5), weightStep(10)],
  });
  await expect(on.controller.start(strategy, 'ada', 'try')).rejects.toMatchObject({
    code: 'strategy-not-possible',
    words: {
      fields: {
        problems: [
          'shadow steps: it cannot copy requests',
          'a sticky key from a cookie',
          '0.5%: it knows multiples of 1%',
        ],
      },
    },
  });
  expect(await on.controller.list()).toEqual([]);
});

test('a request that is not possible is refused with the reason', async () => {
  const { on, id, request } = await started();
  await expect(request('resume-requested')).rejects.toMatchObject({
    code: 'action-not-possible',
    message: expect.stringContaining('found the rollout is progressing') as string,
  });
  const nobody = on.controller.request('r9' as RolloutId, { type: 'pause-requested', ...ada });
  await expect(nobody).rejects.toMatchObject({ code: 'rollout-not-found' });
  expect((await on.controller.show(id)).phase.kind).toBe('progressing');
});

test('every request is in the log with who and why', async () => {
  const { on, id, request } = await started();
  await request('pause-requested');
  expect((await on.controller.events(id)).at(-1)).toMatchObject({
    sequence: 4,
    event: { type: 'pause-requested', by: 'ada', why: 'I say so' },
  });
});

test('a full disk does not keep a harmful canary its traffic', async () => {
  const { on, judged, phase } = await started();
  on.failing.set('append', full);
  void judged('harm');
  await on.pass();
  expect(on.weight).toBe(0);
  expect(await phase(), 'the log does not know yet').toBe('progressing');
  await on.pass(60_000);
  on.failing.clear();
  await on.pass(10_000);
  expect(await phase()).toBe('rolled-back');
});

test('a store that does not answer does not keep a harmful canary its traffic either', async () => {
  const { on, judged } = await started();
  on.silent.add('append');
  void judged('harm');
  await on.pass();
  expect(on.weight).toBe(0);
});

test('while the disk is full nothing goes forward, and a person is told', async () => {
  const { on, judged, request, phase } = await started();
  on.failing.set('append', full);
  await on.pass(30_000);
  await judged('safe');
  expect(on.weight).toBe(10);
  await expect(request('advance-requested')).rejects.toMatchObject({ code: 'store-failed' });
  expect(on.weight).toBe(10);
  on.failing.clear();
  await judged('safe');
  expect([await phase(), on.weight]).toEqual(['progressing', 25]);
});

test('a gate or a listener that does not answer does not hold up a roll-back', async () => {
  const notify = [{ kind: 'webhook', url: 'https://x', on: ['started'] }] as const;
  const on = new Controlled();
  for (const name of ['gate', 'notify']) on.silent.add(name);
  const { judged, phase } = await started({ notify, steps: [weightStep(10), gateStep] }, on);
  await on.pass(30_000);
  await judged('safe');
  expect(await phase()).toBe('at-gate');
  await judged('harm');
  expect([await phase(), on.weight]).toEqual(['rolled-back', 0]);
});

test('a router that fails for a while is tried again; for long, and the rollout pauses', async () => {
  const { on, judged, phase } = await started();
  on.failing.set('setWeight', new Error('reload failed'));
  await on.pass(30_000);
  await judged('safe');
  await on.pass(1_000);
  expect(on.said.filter((call) => call === 'setWeight 25').length).toBeGreaterThan(2);
  expect(await phase()).toBe('progressing');
  await on.pass(60_000);
  expect(await phase()).toBe('paused');
  on.failing.clear();
  await on.pass(10_000);
  expect(on.weight).toBe(10);
});

test('a weight that waits for a router is not set after the roll-back', async () => {
  const { on, judged, phase } = await started();
  on.failing.set('setWeight', new Error('reload failed'));
  await on.pass(30_000);
  await judged('safe');
  await judged('harm');
  on.failing.clear();
  const before = on.calls.length;
  await on.pass(60_000);
  expect(new Set(on.said.slice(before))).toEqual(new Set(['setWeight 0', 'unload canary']));
  expect(await phase()).toBe('rolled-back');
});

test('a router that says yes and does nothing pauses the rollout where it was', async () => {
  const { on, id, judged } = await started();
  await on.pass(30_000);
  on.ignoresWeights = true;
  await judged('safe');
  await on.pass(60_000);
  expect(await on.controller.show(id)).toMatchObject({
    phase: { kind: 'paused', why: expect.stringContaining('has 10% in force') as string },
    weight: 10,
  });
});

test('somebody who changes the router is noticed, and it is put right', async () => {
  const { on } = await started();
  on.weight = toPercent(80);
  await on.controller.verifyWeights();
  await on.pass();
  expect(on.weight).toBe(10);
});

test('a late roll-back goes back to the version before in one command', async () => {
  const { on, request, phase } = await started();
  await request('promote-requested');
  expect(await phase()).toBe('promoted');
  await on.pass(60_000);
  await request('roll-back-requested');
  expect(await phase()).toBe('rolled-back');
  expect(on.said.slice(-2)).toEqual(['promote previous', 'unload canary']);
});

test('a late roll-back is refused while a newer rollout runs, and after it was promoted', async () => {
  const { on, request } = await started();
  await request('promote-requested');
  const newer = strategyOf({ canary: { kind: 'path', path: 'models/churn/3' } });
  await on.pass(1);
  const second = await on.controller.start(newer, 'ada', 'the next');
  await on.pass();
  await expect(request('roll-back-requested')).rejects.toMatchObject({ code: 'rollout-exists' });
  await on.controller.request(second, { type: 'promote-requested', ...ada });
  await on.pass();
  expect(on.said).toContain('unload previous');
  await expect(request('roll-back-requested')).rejects.toMatchObject({
    code: 'action-not-possible',
    message: expect.stringContaining('not kept loaded any more') as string,
  });
});

test('a rollout that failed can be tried again, also by a server that never saw it', async () => {
  const log = new MemoryEventLog();
  const first = new Controlled(log);
  first.failing.set('load', new SerinError('model-invalid'));
  const { id } = await started({}, first);
  expect((await first.controller.show(id)).phase.kind).toBe('failed');
  first.controller.close();

  const second = new Controlled(log);
  await second.controller.resume();
  const retried = await second.controller.request(id, { type: 'retry-requested', ...ada });
  expect(retried).toMatchObject({ attempt: 2, phase: { kind: 'preparing' } });
  await second.pass();
  expect((await second.controller.show(id)).phase.kind).toBe('progressing');
});

test('a server that starts loads the canary before it gives it traffic again', async () => {
  const log = new MemoryEventLog();
  const first = await started({}, new Controlled(log));
  first.on.controller.close();

  const second = new Controlled(log);
  second.failing.set('load', new Error('busy'));
  await second.controller.resume();
  await second.pass(3_000);
  expect(second.weight).toBe(0);
  second.failing.clear();
  await second.pass(10_000);
  expect(second.said.slice(-3)).toEqual(['load', 'setWeight 10', 'judge 3 10']);
});

test('a server that starts lowers a weight that is too high at once, canary or not', async () => {
  const log = new MemoryEventLog();
  const first = await started({}, new Controlled(log));
  first.on.controller.close();

  const second = new Controlled(log);
  second.weight = toPercent(90);
  second.silent.add('load');
  await second.controller.resume();
  await second.pass();
  expect(second.weight).toBe(10);
});

test('a canary that cannot be loaded again after a restart is rolled back', async () => {
  const log = new MemoryEventLog();
  const first = await started({}, new Controlled(log));
  first.on.controller.close();

  const second = new Controlled(log);
  second.failing.set('load', new SerinError('model-load-failed'));
  await second.controller.resume();
  await second.pass(10_000);
  expect((await second.controller.show(first.id)).phase).toMatchObject({
    kind: 'rolled-back',
    by: { kind: 'fast-fail', rule: 'crash' },
  });
});

test('of two servers on one log, the one that is behind catches up before it acts', async () => {
  const log = new MemoryEventLog();
  const first = await started({}, new Controlled(log));
  const second = new Controlled(log);
  second.weight = toPercent(10);
  await second.controller.resume();
  await second.pass();
  await first.request('pause-requested');
  const late = second.controller.request(first.id, { ...ada, type: 'pause-requested', by: 'bo' });
  const refused = expect(late).rejects.toMatchObject({ code: 'action-not-possible' });
  await second.pass(1_000);
  await refused;
  expect((await second.controller.show(first.id)).phase.kind).toBe('paused');
});

test('a rollout of a newer Serin is left alone, and the others go on', async () => {
  const log = new MemoryEventLog();
  const { id } = await started({}, new Controlled(log));
  await log.append({
    rolloutId: 'newer' as RolloutId,
    model: toModelName('other'),
    phase: 'dancing',
    active: true,
    waiting: true,
    expectedSequence: 0,
    atMs: 1,
    event: { v: 2, type: 'danced', atMs: 1 },
    effects: [],
  });
  const second = new Controlled(log);
  await second.controller.resume();
  expect(second.warnings).toEqual(['a rollout cannot be understood, and is left alone']);
  expect((await second.controller.show(id)).phase.kind).toBe('progressing');
});

test('whoever listens is told every change with its sequence, until they end it', async () => {
  const on = new Controlled();
  const heard: string[] = [];
  const end = on.controller.onChange((rollout, event, sequence) => {
    heard.push(`${sequence} ${event.type} → ${rollout.phase.kind}`);
  });
  const { request } = await started({}, on);
  end();
  await request('pause-requested');
  expect(heard).toEqual([
    '1 submitted → preparing',
    '2 canary-ready → progressing',
    '3 weights-applied → progressing',
  ]);
});

test('a rollout that somebody finds in the log before the store has answered is taken care of once', async () => {
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  class LateLog extends MemoryEventLog {
    override async append(append: Parameters<MemoryEventLog['append']>[0]): Promise<void> {
      await super.append(append);
      if (append.expectedSequence === 0) await answered;
    }
  }
  const on = new Controlled(new LateLog());
  const starting = on.controller.start(strategyOf(), 'ada', 'the new features');
  await on.pass();
  const [found] = await on.controller.list();
  const early = on.controller.request(found?.rolloutId ?? ('none' as RolloutId), {
    ...ada,
    type: 'pause-requested',
  });
  await expect(early).rejects.toMatchObject({ code: 'action-not-possible' });
  answer();
  await starting;
  await on.pass(10_000);
  expect(on.said).toEqual(['load', 'setWeight 10', 'judge 2 10']);
});

test('an abort that waits for its turn, and then for the store, lets the canary have no traffic meanwhile', async () => {
  const answers: (() => void)[] = [];
  class LateLog extends MemoryEventLog {
    override async append(append: Parameters<MemoryEventLog['append']>[0]): Promise<void> {
      await super.append(append);
      if (append.expectedSequence > 0) await new Promise<void>((resolve) => answers.push(resolve));
    }
  }
  const on = new Controlled(new LateLog());
  on.failing.set('setWeight', new Error('it is busy'));
  const id = await on.controller.start(strategyOf(), 'ada', 'the new features');
  await on.pass();
  // While it was asked, the canary was not known to be ready.
  const aborting = on.controller.request(id, { ...ada, type: 'abort-requested' });
  await on.pass();
  answers.shift()?.();
  await on.pass();
  expect((await on.controller.show(id)).phase.kind).toBe('progressing');
  on.failing.clear();
  await on.pass(10_000);
  expect(on.weight).toBe(0);
  expect(on.said).toContain('setWeight 0');
  answers.shift()?.();
  await on.pass(1_000);
  expect((await aborting).phase.kind).toBe('rolling-back');
  answers.shift()?.();
  await on.pass(1_000);
  expect((await on.controller.show(id)).phase.kind).toBe('aborted');
});

test('a closed controller does nothing any more', async () => {
  const { on, judged } = await started();
  on.controller.close();
  const before = on.calls.length;
  await on.pass(30_000);
  await judged('safe');
  await on.pass(900_000);
  expect(on.calls.length).toBe(before);
});
