import { SerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { toPercent } from '../../domain/share.js';
import type { Append, EventLog } from '../../store/event-log.js';
import type { Request, RolloutEvent, RolloutEventBody } from '../machine/events.js';
import { begin, fold } from '../machine/fold.js';
import { isExposed } from '../machine/judging.js';
import type { Rollout } from '../machine/state.js';
import { transition } from '../machine/transition.js';
import { isActive } from '../machine/waiting.js';
import type { Choices } from './choices.js';
import { RepeatedEvents } from './repeated-events.js';
import { Watcher } from './watcher.js';
import { noFaults, type FaultRates, type Scenario } from './scenario.js';
import { SimulatedProcess } from './simulated-process.js';
import { VirtualClock } from './virtual-clock.js';
import { World } from './world.js';

/** Things go wrong for so long, and then no more. */
const troubledMs = 15 * 60_000;
/** After that a rollout has so long to come to its end. */
const graceMs = 6 * 3_600_000;
/** More wakings or events than this: it goes round in a circle. */
const mostWakings = 2_000;
const mostEvents = 1_000;

const id = 'simulated' as RolloutId;

/**
 * One rollout, from its submission to its end, in a world in which time is virtual and things go
 * wrong. It runs the real controller and the real machine.
 */
export class Simulation {
  readonly clock = new VirtualClock();
  readonly world = new World();
  readonly watcher = new Watcher(this.world, ({ invariant, found }) => {
    this.trace(() => `VIOLATED: ${invariant}: ${found}`);
  });
  readonly events: RolloutEvent[] = [];
  readonly repeated = new RepeatedEvents(this, (body) => this.#tell(body));
  readonly history: string[] = [];
  #process: SimulatedProcess;
  #logged: Rollout | undefined;
  #exposedSinceMs: number | undefined;
  #healed = false;
  #crashPoints = 0;
  crashes = 0;

  /**
   * @param settled resolves when nothing is left to be done at this moment
   * @param crashPoint a crash at this chance for one, counted from 1, and at no other
   */
  constructor(
    readonly scenario: Scenario,
    readonly choices: Choices,
    readonly log: EventLog,
    private readonly settled: () => Promise<void>,
    private readonly keepsHistory: boolean,
    private readonly crashPoint = 0,
  ) {
    this.#process = new SimulatedProcess(this);
  }

  get rates(): FaultRates {
    return this.#healed ? noFaults : this.scenario.rates;
  }

  /** How many chances for a crash there have been. */
  get crashPoints(): number {
    return this.#crashPoints;
  }

  get state(): Rollout {
    if (this.#logged === undefined) throw new Error('the rollout was never begun');
    return this.#logged;
  }

  /** Runs to the end. */
  async run(): Promise<void> {
    this.#planPeople();
    await this.#submit();
    await this.#runUntil(troubledMs);
    this.#healed = true;
    this.trace(() => 'from here on nothing goes wrong');
    if (!this.#process.isAlive) this.#restart();
    await this.#runUntil(troubledMs + graceMs);
    if (this.#logged !== undefined) this.watcher.atEnd(this.#logged);
    this.#compare('at the end');
  }

  newRolloutId(): RolloutId {
    return id;
  }

  exposedMs(): number {
    return this.#exposedSinceMs === undefined ? 0 : this.clock.trueMs - this.#exposedSinceMs;
  }

  isCrashPoint(): boolean {
    this.#crashPoints++;
    return this.#crashPoints === this.crashPoint;
  }

  /** The server is killed, and started again some time later. */
  crash(point: string): void {
    this.crashes++;
    this.trace(() => point);
    this.#process.kill();
    if (this.scenario.servesInProcess) this.world.forget();
    this.#compare(point);
    const downMs = this.crashPoint > 0 ? 0 : this.choices.between('down', 0, 20_000);
    this.clock.after(downMs, () => {
      if (!this.#process.isAlive) this.#restart();
    });
  }

  async append(append: Append): Promise<void> {
    if (this.events.length > mostEvents) {
      // Without an answer it stops going round, and is found waiting.
      return new Promise(() => undefined);
    }
    await this.log.append(append);
    const event = append.event as unknown as RolloutEvent;
    const before = this.#logged;
    [this.#logged] = before === undefined ? begin(id, event) : transition(before, event);
    this.events.push(event);
    const { phase, step } = this.#logged;
    this.trace(() => `${event.type} → ${phase.kind}, step ${step}`);
    this.watcher.logged(before, event, this.#logged);
    if (isExposed(this.#logged)) this.#exposedSinceMs ??= this.clock.trueMs;
    else this.#exposedSinceMs = undefined;
    this.repeated.logged(event);
    if (this.#logged.phase.kind === 'promoted' && before?.phase.kind !== 'promoted') {
      this.#promoteANewerOne();
    }
  }

  trace(line: () => string): void {
    if (!this.keepsHistory) return;
    this.history.push(`${(this.clock.trueMs / 1_000).toFixed(1).padStart(8)} s  ${line()}`);
  }

  async #submit(): Promise<void> {
    for (let tries = 0; this.#logged === undefined && tries < 50; tries++) {
      const { controller } = this.#process;
      controller.start(this.scenario.strategy, 'ada', 'to see').catch((thrown: unknown) => {
        this.trace(() => `the submission was refused: ${String(thrown)}`);
      });
      await this.#runUntil(this.clock.trueMs + 10_000);
    }
  }

  async #runUntil(untilMs: number): Promise<void> {
    for (let wakings = 0; wakings < mostWakings; wakings++) {
      await this.settled();
      this.watcher.look();
      if (this.#isOver() || !this.clock.advance(untilMs)) break;
    }
    this.clock.trueMs = Math.max(this.clock.trueMs, this.#isOver() ? 0 : untilMs);
  }

  /** Whether what comes now is only the same again. */
  #isOver(): boolean {
    if (this.#logged === undefined || !this.#healed || !this.#process.isAlive) return false;
    const { phase } = this.#logged;
    if (phase.kind === 'paused') return this.clock.trueMs > troubledMs + 120_000;
    return !isActive(this.#logged) && this.clock.trueMs > troubledMs + 240_000;
  }

  #restart(): void {
    this.trace(() => 'the server starts again');
    this.#process = new SimulatedProcess(this);
    void this.#process.controller.resume();
  }

  /** What the controller knew is what its log says of the same events. */
  #compare(when: string): void {
    const { known } = this.#process;
    if (known === undefined) return;
    if (known.sequence > this.events.length) {
      throw new Error(`${when}, event ${known.sequence} was announced, and is not in the log`);
    }
    const isNewest = known.sequence === this.events.length;
    const logged = isNewest ? this.state : fold(id, this.events.slice(0, known.sequence));
    this.watcher.sameState(known.state, logged);
  }

  #planPeople(): void {
    const { choices, clock, scenario } = this;
    const { rates } = scenario;
    for (let n = 0; n < scenario.requests; n++) {
      clock.after(choices.between('request at', 0, troubledMs), () => this.#request());
    }
    if (choices.happens('the clock jumps', rates.clockJump * 5)) {
      clock.after(choices.between('jump at', 0, troubledMs), () => {
        const ms = choices.between('jump', -7_200_000, 600_000);
        this.trace(() => `the wall clock jumps by ${ms} ms`);
        clock.jump(ms);
      });
    }
    if (choices.happens('somebody meddles with the router', rates.meddling * 5)) {
      clock.after(choices.between('meddling at', 0, troubledMs), () => this.#meddle());
    }
  }

  #meddle(): void {
    if (this.world.stable === 'new' || !this.#process.isAlive) return;
    this.world.setWeight(toPercent(this.choices.between('meddled weight', 0, 100)));
    this.world.meddledWith = true;
    this.trace(() => `somebody sets the router to ${this.world.weight}%`);
    this.#process.controller.verifyWeights().catch(() => undefined);
  }

  /** Not here, where there is one rollout: what the controller would say to this one then. */
  #promoteANewerOne(): void {
    const { choices, clock, rates } = this;
    if (!choices.happens('a newer rollout is promoted', rates.meddling * 10)) return;
    clock.after(choices.between('newer at', 0, 100_000), () =>
      this.#tell({ type: 'superseded', newer: 'newer' as RolloutId }),
    );
  }

  #tell(body: RolloutEventBody): boolean {
    if (!this.#process.isAlive) return false;
    this.trace(() => `told: ${body.type}`);
    this.#process.controller.observe(id, body).catch((thrown: unknown) => {
      if (!(thrown instanceof SerinError)) throw thrown;
      this.trace(() => `answered: ${thrown.message}`);
    });
    return true;
  }

  #request(): void {
    const { choices } = this;
    const who = { by: 'ada', why: 'as she likes' };
    const weight = toPercent(choices.between('asked weight', 0, 100));
    const type = choices.oneOf('request', [
      'pause-requested',
      'resume-requested',
      'resume-requested',
      'advance-requested',
      'weight-requested',
      'promote-requested',
      'roll-back-requested',
      'roll-back-requested',
      'abort-requested',
      'retry-requested',
    ] as const);
    const request: Request =
      type === 'weight-requested' ? { type, weight, ...who } : { type, ...who };
    const fromStep = this.#logged?.step;
    this.trace(() => `ada: ${type} (at step ${fromStep ?? '-'})`);
    this.#process.controller.request(id, request).catch((thrown: unknown) => {
      if (!(thrown instanceof SerinError)) throw thrown;
      this.trace(() => `answered: ${thrown.message}`);
    });
  }
}
