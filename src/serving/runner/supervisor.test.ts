import { describe, expect, test } from 'vitest';
import { SerinError } from '../../domain/errors.js';
import type { Clock } from './clock.js';
import type { Runner, RunnerExit } from './runner.js';
import { Supervisor, type RunnerStatus, type SupervisorOptions } from './supervisor.js';

describe('a version whose process dies', () => {
  test('is started again, later after every failure, and never later than half a minute', async () => {
    const { supervisor, processes, clock } = supervise();
    await supervisor.start();
    const delays: number[] = [];
    for (let i = 0; i < 11; i++) {
      await processes.at(-1)!.die('it was ended by SIGSEGV');
      expect(supervisor.status.state).toBe('backing-off');
      delays.push(await clock.untilNextCall());
    }
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    expect(supervisor.status).toMatchObject({
      state: 'ready',
      restarts: 11,
      lastReason: 'it was ended by SIGSEGV',
    });
  });

  test('waits for half the time at least: the other half is drawn by lot', async () => {
    const { supervisor, processes, clock } = supervise({ random: () => 0 });
    await supervisor.start();
    await processes[0]!.die();
    expect(await clock.untilNextCall()).toBe(50);
  });

  test('is started as quickly as the first time after ten seconds of health', async () => {
    const { supervisor, processes, clock } = supervise();
    await supervisor.start();
    for (let i = 0; i < 5; i++) {
      await processes.at(-1)!.die();
      await clock.untilNextCall();
    }
    clock.pass(10_000);
    await processes.at(-1)!.die();
    expect(await clock.untilNextCall()).toBe(100);
  });

  test('refuses requests at once until it is ready again, and says why', async () => {
    const { supervisor, processes, clock } = supervise();
    await supervisor.start();
    await processes[0]!.die();
    await expect(supervisor.infer([])).rejects.toMatchObject({
      code: 'upstream-unavailable',
      message: expect.stringContaining('backing-off') as string,
    });
    await clock.untilNextCall();
    await expect(supervisor.infer([])).resolves.toEqual([]);
  });

  test('is tried again when it does not load, because it has loaded before', async () => {
    const { supervisor, processes, clock, failStarts } = supervise();
    await supervisor.start();
    failStarts(new SerinError('model-load-failed', { found: 'no memory' }));
    await processes[0]!.die();
    await clock.untilNextCall();
    expect(supervisor.status).toMatchObject({
      state: 'backing-off',
      lastReason: 'The runner could not load the model: found no memory',
    });
    failStarts(undefined);
    await clock.untilNextCall();
    expect(supervisor.status.state).toBe('ready');
  });

  test('is not started from a file that is another by now, and says so until it is back', async () => {
    let isChanged = false;
    const { supervisor, processes, clock } = supervise({
      verify: () =>
        isChanged ? Promise.reject(new SerinError('version-changed')) : Promise.resolve(),
    });
    await supervisor.start();
    isChanged = true;
    await processes[0]!.die();
    await clock.untilNextCall();
    expect(processes).toHaveLength(1);
    expect(supervisor.status).toMatchObject({
      state: 'backing-off',
      lastReason: expect.stringContaining('another one than it was') as string,
    });
    isChanged = false;
    await clock.untilNextCall();
    expect(supervisor.status.state).toBe('ready');
    expect(processes).toHaveLength(2);
  });

  test('tells of every change', async () => {
    const seen: RunnerStatus[] = [];
    const { supervisor, processes, clock } = supervise({ onChange: (status) => seen.push(status) });
    await supervisor.start();
    await processes[0]!.die();
    await clock.untilNextCall();
    await supervisor.close();
    expect(seen.map(({ state, pid, restarts }) => [state, pid, restarts])).toEqual([
      ['ready', 1, 0],
      ['backing-off', undefined, 0],
      ['starting', undefined, 1],
      ['ready', 2, 1],
      ['closed', undefined, 1],
    ]);
  });
});

test('a version that never loaded has failed, and is not tried again', async () => {
  const { supervisor, clock, failStarts } = supervise();
  failStarts(new SerinError('model-load-failed', { found: 'no ONNX' }));
  await expect(supervisor.start()).rejects.toMatchObject({ code: 'model-load-failed' });
  expect(supervisor.status.state).toBe('failed');
  expect(clock.hasCalls()).toBe(false);
});

describe('a version that is closed', () => {
  test('is not started again', async () => {
    const { supervisor, processes, clock } = supervise();
    await supervisor.start();
    await processes[0]!.die();
    await supervisor.close();
    expect(clock.hasCalls()).toBe(false);
    expect(supervisor.status.state).toBe('closed');
    await expect(supervisor.infer([])).rejects.toMatchObject({ code: 'upstream-unavailable' });
  });

  test('leaves no process when it was just being started', async () => {
    const { supervisor, processes } = supervise();
    const started = supervisor.start();
    const closed = supervisor.close();
    await expect(started).rejects.toMatchObject({ code: 'upstream-unavailable' });
    await closed;
    expect(processes.map(({ isClosed }) => isClosed)).toEqual([true]);
    expect(supervisor.status.state).toBe('closed');
  });
});

/** A process that does nothing, and dies when it is told to. */
class FakeRunner implements Runner {
  readonly signature = { inputs: [], outputs: [] };
  readonly exited: Promise<RunnerExit>;
  isClosed = false;
  #onExit: (exit: RunnerExit) => void = () => undefined;

  constructor(readonly pid: number) {
    this.exited = new Promise((resolve) => (this.#onExit = resolve));
  }

  infer(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  kill(): void {
    void this.die();
  }

  leak(): void {
    // Nothing that these tests look at.
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  async die(detail = 'it was ended by SIGKILL'): Promise<void> {
    this.#onExit({ reason: 'signal', detail });
    await settled();
  }
}

/** Time that passes when it is told to. */
class ManualClock implements Clock {
  #nowMs = 0;
  #calls: { readonly atMs: number; readonly call: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, call: () => void): () => void {
    const entry = { atMs: this.#nowMs + ms, call };
    this.#calls.push(entry);
    return () => (this.#calls = this.#calls.filter((other) => other !== entry));
  }

  hasCalls(): boolean {
    return this.#calls.length > 0;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }

  /** Lets the time pass until the next call, and makes it; how many milliseconds that were. */
  async untilNextCall(): Promise<number> {
    const next = this.#calls.shift()!;
    const ms = next.atMs - this.#nowMs;
    this.#nowMs = next.atMs;
    next.call();
    await settled();
    return ms;
  }
}

function supervise(options: Partial<SupervisorOptions> = {}): {
  supervisor: Supervisor;
  processes: FakeRunner[];
  clock: ManualClock;
  failStarts: (error: SerinError | undefined) => void;
} {
  const processes: FakeRunner[] = [];
  const clock = new ManualClock();
  let failure: SerinError | undefined;
  const supervisor = new Supervisor({
    file: 'model.onnx',
    model: 'churn',
    version: '1',
    clock,
    random: () => 1,
    start: () => {
      if (failure !== undefined) return Promise.reject(failure);
      const runner = new FakeRunner(processes.length + 1);
      processes.push(runner);
      return Promise.resolve(runner);
    },
    ...options,
  });
  return { supervisor, processes, clock, failStarts: (error) => (failure = error) };
}

/** Whatever was only waiting for other promises is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
