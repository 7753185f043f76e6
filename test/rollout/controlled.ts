import { toPercent, type Percent } from '../../src/domain/share.js';
import { RolloutController } from '../../src/rollout/controller.js';
import type { RolloutId } from '../../src/rollout/machine/events.js';
import type { ControllerPorts } from '../../src/rollout/ports.js';
import { VirtualClock } from '../../src/rollout/simulate/virtual-clock.js';
import type { EventLog } from '../../src/store/event-log.js';
import { MemoryEventLog } from './memory-event-log.js';

type Call = readonly [name: string, ...given: unknown[]];

/** A controller whose outside a test holds in its hand: what it calls, what answers, what time it is. */
export class Controlled {
  readonly clock = new VirtualClock();
  readonly calls: Call[] = [];
  readonly warnings: string[] = [];
  weight: Percent = toPercent(0);
  /** Calls of these names fail with this error, until it is taken away. */
  readonly failing = new Map<string, Error>();
  /** The router says yes, and does nothing. */
  ignoresWeights = false;
  /** Calls of these names do not answer. */
  readonly silent = new Set<string>();
  readonly controller: RolloutController;
  #rollouts = 0;

  constructor(
    readonly log: EventLog = new MemoryEventLog(),
    capabilities: Partial<ControllerPorts['router']['capabilities']> = {},
  ) {
    this.controller = new RolloutController(this.#ports(capabilities));
  }

  /** Lets everything go on that can, and then so much time go by. */
  async pass(ms = 0): Promise<void> {
    const untilMs = this.clock.trueMs + ms;
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.clock.advance(untilMs));
    this.clock.trueMs = untilMs;
  }

  /** The names of the calls, with what a test looks at. */
  get said(): string[] {
    return this.calls.map(([name, ...given]) => [name, ...given].join(' '));
  }

  #ports(capabilities: Partial<ControllerPorts['router']['capabilities']>): ControllerPorts {
    const { log } = this;
    const store = <T>(name: string, act: () => Promise<T>) => this.#answer(name, act);
    return {
      log: {
        append: (append) => store('append', () => log.append(append)),
        read: (id, after) => store('read', () => log.read(id, after)),
        pendingEffects: (id) => store('pendingEffects', () => log.pendingEffects(id)),
        settleEffect: (id, outcome) => store('settle', () => log.settleEffect(id, outcome)),
        list: () => store('list', () => log.list()),
        changedSince: (position) => store('list', () => log.changedSince(position)),
        open: () => store('open', () => log.open()),
        close: () => log.close(),
      },
      router: {
        capabilities: {
          shadow: true,
          sticky: ['header'],
          minimumWeight: toPercent(0.1),
          verify: true,
          ...capabilities,
        },
        setWeight: (_, weight) =>
          this.#call(['setWeight', weight], () => {
            if (!this.ignoresWeights) this.weight = weight;
          }),
        weightInForce: () => this.#answer('weightInForce', () => Promise.resolve(this.weight)),
        startShadow: (_, percent) => this.#call(['startShadow', percent]),
        stopShadow: () => this.#call(['stopShadow']),
      },
      versions: {
        loadCanary: () => this.#call(['load']),
        promote: (_, which) =>
          this.#call(['promote', which], () => {
            this.weight = toPercent(0);
          }),
        unload: (_, which) => this.#call(['unload', which]),
        keepPreviousWarm: () => this.#call(['keepWarm']),
      },
      gates: {
        run: async (_, gate) => {
          await this.#call(['gate', gate.kind]);
          return { passed: true, reason: 'it said yes' };
        },
      },
      judge: {
        open: (_, { entry, weight }) => this.#call(['judge', entry, weight]),
        close: () => undefined,
      },
      notifier: { notify: (_, on) => this.#call(['notify', on]) },
      clock: {
        nowMs: () => this.clock.nowMs(),
        after: (ms, callback) => this.clock.after(ms, callback),
      },
      newRolloutId: () => `r${++this.#rollouts}` as RolloutId,
      warn: (message) => this.warnings.push(message),
    };
  }

  async #call(call: Call, act: () => void = () => undefined): Promise<void> {
    this.calls.push(call);
    await this.#answer(call[0], () => {
      act();
      return Promise.resolve();
    });
  }

  async #answer<T>(name: string, act: () => Promise<T>): Promise<T> {
    if (this.silent.has(name)) return new Promise(() => undefined);
    const error = this.failing.get(name);
    if (error !== undefined) throw error;
    return act();
  }
}
