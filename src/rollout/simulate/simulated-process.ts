import { SerinError } from '../../domain/errors.js';
import { toPercent } from '../../domain/share.js';
import type { EventLog } from '../../store/event-log.js';
import type { Router } from '../../traffic/router.js';
import { RolloutController } from '../controller.js';
import type { Rollout } from '../machine/state.js';
import type { ControllerPorts, Versions } from '../ports.js';
import { SimulatedJudge } from './simulated-judge.js';
import type { Simulation } from './simulation.js';

/** What somebody who was killed waits for. */
const never = new Promise<never>(() => undefined);

/**
 * One life of a server: a controller, and everything that dies with it. Each call that goes out of
 * it may fail, be slow, lose its answer, or be the last one.
 */
export class SimulatedProcess {
  readonly controller: RolloutController;
  readonly judge: SimulatedJudge;
  /** What the controller said last that it knows. */
  known: { readonly state: Rollout; readonly sequence: number } | undefined;
  #alive = true;
  /** The newest event that was there when it started. */
  readonly #foundInLog: number;
  readonly #cancels = new Set<() => void>();

  constructor(private readonly simulation: Simulation) {
    this.#foundInLog = simulation.events.length;
    this.judge = new SimulatedJudge(simulation, this);
    this.controller = new RolloutController(this.#ports());
    this.controller.onChange((state, _event, sequence) => {
      this.known = { state, sequence };
    });
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** `kill -9`: no timer of it rings, and none of its calls returns. */
  kill(): void {
    this.#alive = false;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  after(ms: number, callback: () => void): () => void {
    if (!this.#alive) return () => undefined;
    const cancelTimer = this.simulation.clock.after(ms, () => {
      this.#cancels.delete(cancel);
      callback();
    });
    const cancel = () => {
      cancelTimer();
      this.#cancels.delete(cancel);
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  /** One call that goes out of the process. */
  async call<T>(
    kind: string,
    failureRate: number,
    act: () => T | Promise<T>,
    failure = () => new Error(`simulated failure of ${kind}`),
  ): Promise<T> {
    const { choices, rates } = this.simulation;
    if (this.#diesAt('crash before ', kind)) return never;
    if (this.#happens('slow ', kind, rates.slowness)) {
      await this.#wait(choices.between('slowness', 1, 8_000));
    }
    if (this.#happens('failure of ', kind, failureRate)) throw failure();
    const answer = await act();
    if (this.#diesAt('crash after ', kind)) return never;
    if (this.#happens('late answer of ', kind, rates.delay)) {
      await this.#wait(choices.between('lateness', 1, 8_000));
    }
    const lost = failureRate > 0 && this.#happens('lost answer of ', kind, rates.lostAnswer);
    if (lost) throw failure();
    return answer;
  }

  /** Whether the process is dead from here on, or already. */
  #diesAt(moment: string, kind: string): boolean {
    const { simulation } = this;
    if (!this.#alive) return true;
    const dies = simulation.isCrashPoint() || this.#happens(moment, kind, simulation.rates.crash);
    if (dies) simulation.crash(moment + kind);
    return dies;
  }

  #happens(what: string, kind: string, rate: number): boolean {
    // Most simulations have few kinds of faults; a name is made only where one may happen.
    return rate > 0 && this.simulation.choices.happens(what + kind, rate);
  }

  /** A process that is kept waiting looks at its timers late. */
  #lateness(): number {
    const { choices, rates } = this.simulation;
    return choices.happens('a late timer', rates.delay)
      ? choices.between('lateness', 1, 60_000)
      : 0;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  #ports(): ControllerPorts {
    const { simulation } = this;
    return {
      log: this.#log(),
      router: this.#router(),
      versions: this.#versions(),
      gates: {
        run: (_, __, effect) =>
          this.call('gate', simulation.rates.failure, () => ({
            passed: !simulation.choices.happens('gate says no', simulation.rates.gateFailure),
            reason: `answered ${effect}`,
          })),
      },
      judge: {
        open: (of, stretch) =>
          this.call('judge.open', simulation.rates.failure, () => {
            this.judge.open(of.rolloutId, stretch);
          }),
        close: () => this.judge.close(),
      },
      notifier: {
        notify: () => this.call('notify', simulation.rates.failure, () => undefined),
      },
      clock: {
        nowMs: () => simulation.clock.nowMs(),
        after: (ms, callback) => this.after(ms + this.#lateness(), callback),
      },
      newRolloutId: () => simulation.newRolloutId(),
      warn: (message, fields) =>
        simulation.trace(() => `warning: ${message} ${JSON.stringify(fields)}`),
    };
  }

  #log(): EventLog {
    const { simulation } = this;
    const { log } = simulation;
    const rate = () => simulation.rates.storeFailure;
    const full = () => new SerinError('store-failed', { found: 'simulated full disk' });
    return {
      append: (append) => this.call('append', rate(), () => simulation.append(append), full),
      read: (id, after) => this.call('log.read', rate(), () => log.read(id, after), full),
      pendingEffects: (id) => this.call('log.pending', rate(), () => log.pendingEffects(id), full),
      settleEffect: (id, outcome) =>
        this.call('settle', rate(), () => log.settleEffect(id, outcome), full),
      list: () => this.call('log.list', rate(), () => log.list(), full),
      // Only those who follow ask for it, and there are none here.
      changedSince: (position) => log.changedSince(position),
      open: () => this.call('log.open', rate(), () => log.open(), full),
      close: () => Promise.resolve(),
    };
  }

  #router(): Router {
    const { simulation } = this;
    const { world, watcher } = simulation;
    const rate = () => simulation.rates.failure;
    return {
      capabilities: {
        shadow: true,
        sticky: ['header', 'cookie', 'field'],
        minimumWeight: toPercent(0.1),
        verify: true,
      },
      setWeight: (_, weight) => {
        // The killed may still say something, but nobody hears it.
        if (this.#alive) watcher.beforeWeight(weight, this.known?.sequence ?? this.#foundInLog);
        return this.call('router.setWeight', rate(), () => {
          simulation.trace(() => `the router gives the canary ${weight}%`);
          world.setWeight(weight);
        });
      },
      weightInForce: () => this.call('router.weightInForce', rate(), () => world.weight),
      startShadow: (_, percent) =>
        this.call('router.startShadow', rate(), () => {
          world.shadow = percent;
        }),
      stopShadow: () =>
        this.call('router.stopShadow', rate(), () => {
          world.shadow = toPercent(0);
        }),
    };
  }

  #versions(): Versions {
    const { simulation } = this;
    const { world, watcher } = simulation;
    const rate = () => simulation.rates.failure;
    return {
      loadCanary: () =>
        this.call('load', rate(), () => {
          if (simulation.scenario.canary === 'unloadable') throw new SerinError('model-invalid');
          simulation.trace(() => 'the canary is loaded');
          world.load();
        }),
      promote: (_, which) => {
        if (this.#alive) watcher.beforePromotion(which);
        return this.call('promote', rate(), () => {
          simulation.trace(() => `${which} is made stable`);
          world.promote(which);
        });
      },
      unload: (_, which) => this.call('unload', rate(), () => world.unload(which)),
      keepPreviousWarm: () =>
        this.call('keep warm', rate(), () => {
          world.loaded.old = true;
        }),
    };
  }
}
