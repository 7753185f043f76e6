import { Arm } from '../../domain/arm.js';
import { Random } from '../../stats/random.js';
import { TargetComparison } from './compare-targets.js';
import { arrivalsOf } from './drive/arrivals.js';
import { ClosedLoop } from './drive/closed-loop.js';
import { Flights, type Flight, type Landing } from './drive/flights.js';
import type { LoadClock } from './drive/load-clock.js';
import { runOpenLoop } from './drive/open-loop.js';
import type { LoadProgress } from './load-progress.js';
import { LoadProspects } from './load-prospects.js';
import { requirePlan, type LoadPlan } from './plan.js';
import { ClientWatch } from './results/client-delay.js';
import { targetResult, type LoadTestResult } from './results/load-test-result.js';
import type { Fault } from './results/fault.js';
import { Tally } from './results/tally.js';
import type { Sender } from './sender.js';
import { watchedLimit } from './thresholds/hopeless.js';
import { judgeThresholds, type JudgedThreshold } from './thresholds/judge-thresholds.js';

/** One target of a load test, ready to be sent to. */
export interface OpenTarget {
  readonly name: string;
  /** Open with one request for every input. */
  readonly sender: Sender;
  /** Says what is wrong with how a request landed; undefined where nothing is. */
  readonly findFault: (input: number, landing: Landing) => Fault | undefined;
}

export interface LoadTestSetup {
  readonly plan: LoadPlan;
  readonly target: OpenTarget;
  /** What it is compared with: half of the requests go there. */
  readonly stable?: OpenTarget;
  /** How many inputs there are; they are taken in turn. */
  readonly inputs: number;
  readonly clock: LoadClock;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** Called a few times a second. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Stops the test; what was measured until then is the result. */
  readonly signal?: AbortSignal;
}

const lookEveryMs = 250;

/**
 * Runs a load test: warm-up, measurement, and the wait for the last answers. The senders stay open.
 * @throws SerinError `usage` for a plan that measures nothing
 */
export async function runLoadTest(setup: LoadTestSetup): Promise<LoadTestResult> {
  requirePlan(setup.plan);
  return new LoadTest(setup).run();
}

class LoadTest {
  readonly #startMs: number;
  readonly #fromMs: number;
  readonly #untilMs: number;
  readonly #targets: readonly OpenTarget[];
  readonly #tallies: readonly Tally[];
  readonly #comparison: TargetComparison | undefined;
  readonly #client = new ClientWatch();
  readonly #random: Random;
  readonly #flights: Flights;
  readonly #answered = new Map<Flight, (gotAnswer: boolean) => void>();
  readonly #prospects: LoadProspects;
  #input = 0;
  #stopped: string | null = null;
  #stopSending = (): void => undefined;

  constructor(private readonly setup: LoadTestSetup) {
    const { plan, clock, target, stable } = setup;
    const { warmUpMs, durationMs, timeoutMs, thresholds } = plan;
    this.#startMs = clock.nowMs();
    this.#fromMs = this.#startMs + warmUpMs;
    this.#untilMs = this.#fromMs + durationMs;
    const targets = stable === undefined ? [target] : [target, stable];
    this.#targets = targets;
    const watched = thresholds.flatMap((threshold) => watchedLimit(threshold) ?? []);
    const measured = { fromMs: this.#fromMs, untilMs: this.#untilMs };
    this.#tallies = targets.map(() => new Tally(measured, timeoutMs, watched));
    this.#comparison =
      stable === undefined ? undefined : new TargetComparison(this.#fromMs, timeoutMs);
    this.#random = new Random(plan.seed);
    this.#prospects = new LoadProspects(plan, targets.length);
    const senders = targets.map(({ sender }) => sender);
    this.#flights = new Flights(senders, clock, timeoutMs, (flight, landing) =>
      this.#landed(flight, landing),
    );
  }

  async run(): Promise<LoadTestResult> {
    const { plan, clock, wallMs, signal } = this.setup;
    const startedAtMs = wallMs();
    const stopLooking = this.#lookEverySoOften();
    const onAbort = (): void => this.#stop('it was interrupted');
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted === true) onAbort();
    else await this.#send();
    if (this.#stopped === null) await this.#flights.landed();
    // The last request is due before the end, and the last answer comes before or after it.
    const endedMs = this.#stopped === null ? this.#untilMs : clock.nowMs();
    const measuredMs = Math.max(0, Math.min(endedMs, this.#untilMs) - this.#fromMs);
    stopLooking();
    signal?.removeEventListener('abort', onAbort);
    const client = this.#client.delay(plan.load.kind);
    const unanswered = this.#tallies.map((_, target) =>
      this.#flights.unanswered(target, this.#fromMs),
    );
    this.#flights.abandon();
    const nowMs = clock.nowMs();
    const seconds = measuredMs / 1000;
    const result = ({ name }: OpenTarget, index: number) =>
      targetResult(name, this.#tallies[index] as Tally, unanswered[index], seconds);
    const { target, stable } = this.setup;
    return {
      plan,
      startedAtMs,
      durationMs: nowMs - this.#startMs,
      measuredMs,
      stopped: this.#stopped,
      target: result(target, 0),
      stable: stable === undefined ? null : result(stable, 1),
      verdict: this.#comparison?.conclude(nowMs) ?? null,
      thresholds: this.#judged(seconds),
      client,
    };
  }

  /** Resolves when the last request has been sent. */
  async #send(): Promise<void> {
    const { plan, clock } = this.setup;
    const { load, warmUpMs, durationMs } = plan;
    if (load.kind === 'open') {
      const arrivals = arrivalsOf(load, warmUpMs, durationMs);
      const { done, stop } = runOpenLoop(arrivals, this.#startMs, clock, (intendedAtMs) => {
        this.#launch(intendedAtMs);
      });
      this.#stopSending = stop;
      return done;
    }
    const loop = new ClosedLoop(
      load,
      clock,
      () => this.#random.uniform(),
      (answered) => {
        this.#answered.set(this.#launch(clock.nowMs()), answered);
      },
    );
    await new Promise<void>((resolve) => {
      this.#stopSending = () => {
        loop.stop();
        resolve();
      };
      clock.after(warmUpMs + durationMs, () => this.#stopSending());
      loop.start();
    });
  }

  #launch(intendedAtMs: number): Flight {
    const handedOverAtMs = this.setup.clock.nowMs();
    const target = this.setup.stable === undefined ? 0 : this.#random.happens(0.5) ? 0 : 1;
    const input = this.#input;
    this.#input = (input + 1) % this.setup.inputs;
    if (intendedAtMs >= this.#fromMs) this.#client.addLag(handedOverAtMs - intendedAtMs);
    const flight = { target, input, intendedAtMs, handedOverAtMs };
    this.#flights.launch(flight);
    return flight;
  }

  #landed(flight: Flight, landing: Landing): void {
    const fault = this.#targets[flight.target]?.findFault(flight.input, landing);
    this.#tallies[flight.target]?.record(flight, landing, fault);
    const arm = flight.target === 0 ? Arm.Canary : Arm.Stable;
    this.#comparison?.record(flight, landing, fault, arm);
    const answered = this.#answered.get(flight);
    this.#answered.delete(flight);
    answered?.(landing.kind === 'answer');
  }

  #lookEverySoOften(): () => void {
    const { clock } = this.setup;
    let measuring = false;
    let cancel = (): void => undefined;
    const look = (): void => {
      const nowMs = clock.nowMs();
      if (!measuring && nowMs >= this.#fromMs) {
        measuring = true;
        this.#client.restart();
      }
      this.#comparison?.tick(nowMs);
      this.#tellProgress(nowMs);
      this.#stopWhereHopeless(nowMs);
      cancel = clock.after(lookEveryMs, look);
    };
    cancel = clock.after(lookEveryMs, look);
    return () => cancel();
  }

  #tellProgress(nowMs: number): void {
    const { onProgress, target, stable, plan } = this.setup;
    if (onProgress === undefined) return;
    const [tally, tallyOfStable] = this.#tallies;
    if (tally === undefined) return;
    const totalMs = plan.warmUpMs + plan.durationMs;
    onProgress({
      phase:
        nowMs < this.#fromMs
          ? 'warm-up'
          : nowMs < this.#untilMs
            ? 'measuring'
            : 'waiting for answers',
      elapsedMs: Math.min(totalMs, nowMs - this.#startMs),
      totalMs,
      measuredMs: plan.durationMs,
      underWay: this.#flights.count,
      target: { name: target.name, tally },
      stable:
        stable === undefined || tallyOfStable === undefined
          ? undefined
          : { name: stable.name, tally: tallyOfStable },
      thresholds: this.#judged(Math.min(plan.durationMs, nowMs - this.#fromMs) / 1000),
    });
  }

  #stopWhereHopeless(nowMs: number): void {
    const { plan } = this.setup;
    const [tally] = this.#tallies;
    if (!plan.stopEarly || this.#stopped !== null || tally === undefined || nowMs < this.#fromMs) {
      return;
    }
    const reason = this.#prospects.hopelessness(tally, nowMs - this.#fromMs, (ms) =>
      this.#flights.olderThan(ms, 0, this.#fromMs),
    );
    if (reason !== undefined) this.#stop(reason);
  }

  #stop(reason: string): void {
    this.#stopped ??= reason;
    this.#stopSending();
    this.#flights.stopWaiting();
  }

  #judged(seconds: number): JudgedThreshold[] {
    const [tally] = this.#tallies;
    return tally === undefined ? [] : judgeThresholds(this.setup.plan.thresholds, tally, seconds);
  }
}
