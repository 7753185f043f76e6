import type { LoadClock } from '../../../src/gates/loadtest/drive/load-clock.js';
import type { LoadTestResult } from '../../../src/gates/loadtest/results/load-test-result.js';
import { runLoadTest, type OpenTarget } from '../../../src/gates/loadtest/run-load-test.js';
import type { LoadPlan } from '../../../src/gates/loadtest/plan.js';
import type { LoadProgress } from '../../../src/gates/loadtest/load-progress.js';
import type { Exchange, Sender, Sending } from '../../../src/gates/loadtest/sender.js';
import { VirtualClock } from '../../../src/rollout/simulate/virtual-clock.js';

/** A server with one worker, which takes requests in their order. */
export interface Stalls {
  readonly serviceMs: number;
  /** It does nothing for so long, at the beginning of every so many milliseconds. */
  readonly everyMs: number;
  readonly forMs: number;
}

/** When the worker is done with a request that comes at a time, and could begin at another. */
export function doneAtMs(arrivesAtMs: number, freeAtMs: number, stalls: Stalls): number {
  const begins = Math.max(arrivesAtMs, freeAtMs);
  const inPeriod = begins % stalls.everyMs;
  return (inPeriod < stalls.forMs ? begins - inPeriod + stalls.forMs : begins) + stalls.serviceMs;
}

/** The clock of a simulation. @param lateByMs how late the generator itself is, every time */
export function simulatedClock(virtual: VirtualClock, lateByMs = 0): LoadClock {
  return {
    nowMs: () => virtual.trueMs,
    after: (ms, callback) => virtual.after(ms, callback),
    preciselyAt: (atMs, callback) => virtual.after(atMs - virtual.trueMs + lateByMs, callback),
  };
}

/** A simulated server behind a sender with so many connections. */
export function simulatedTarget(
  virtual: VirtualClock,
  stalls: Stalls,
  connections: number,
  status: (request: number) => number = () => 200,
): OpenTarget {
  let freeAtMs = 0;
  let busy = 0;
  let requests = 0;
  const waiting: Ticket[] = [];
  const begin = (ticket: Ticket): void => {
    busy += 1;
    ticket.sentAtMs = virtual.trueMs;
    freeAtMs = doneAtMs(virtual.trueMs, freeAtMs, stalls);
    const answer = { kind: 'answer', status: status(requests++), body: '' } as const;
    virtual.after(freeAtMs - virtual.trueMs, () => {
      busy -= 1;
      const sentAtMs = ticket.sentAtMs ?? 0;
      if (!ticket.cancelled) ticket.onEnd({ ...answer, sentAtMs, endedAtMs: virtual.trueMs });
      const next = waiting.shift();
      if (next !== undefined) begin(next);
    });
  };
  const sender: Sender = {
    send: (_index, onEnd) => {
      const ticket = new Ticket(onEnd);
      if (busy < connections) begin(ticket);
      else waiting.push(ticket);
      return ticket;
    },
    close: () => undefined,
  };
  const findFault: OpenTarget['findFault'] = (_input, landing) => {
    if (landing.kind === 'timeout') return { kind: 'timeout', words: 'no answer in time' };
    if (landing.kind !== 'answer') return { kind: 'dropped', words: landing.words };
    return landing.status === 200
      ? undefined
      : { kind: 'status', words: `status ${landing.status}` };
  };
  return { name: 'simulated', sender, findFault };
}

class Ticket implements Sending {
  sentAtMs: number | undefined;
  cancelled = false;
  constructor(readonly onEnd: (exchange: Exchange) => void) {}
  cancel(): void {
    this.cancelled = true;
  }
}

export interface Simulation {
  readonly plan: LoadPlan;
  readonly target: (virtual: VirtualClock) => OpenTarget;
  readonly stable?: (virtual: VirtualClock) => OpenTarget;
  readonly lateByMs?: number;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Runs a load test in no time. */
export async function simulate(simulation: Simulation): Promise<LoadTestResult> {
  const { plan, target, stable, lateByMs, onProgress } = simulation;
  const virtual = new VirtualClock();
  let result: LoadTestResult | undefined;
  let failure: unknown;
  runLoadTest({
    plan,
    target: target(virtual),
    ...(stable === undefined ? {} : { stable: stable(virtual) }),
    inputs: 1,
    clock: simulatedClock(virtual, lateByMs),
    wallMs: () => virtual.nowMs(),
    ...(onProgress === undefined ? {} : { onProgress }),
  }).then(
    (ended) => (result = ended),
    (thrown: unknown) => (failure = thrown),
  );
  // Whoever waits for a promise goes on between two timers, as in a process.
  while (result === undefined && failure === undefined) {
    virtual.advance(Infinity);
    await Promise.resolve();
  }
  if (result === undefined) throw failure;
  return result;
}
