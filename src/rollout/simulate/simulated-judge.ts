import type { RolloutId } from '../../domain/rollout-id.js';
import type { Judged, FastFailed } from '../machine/events.js';
import type { MustHold } from '../machine/must-hold.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { Simulation } from './simulation.js';

type Stretch = NonNullable<MustHold['judging']>;

/** It looks twice soon, by when a hold may be served, and then more seldom. */
const everyMs = 11_000;
const seldomMs = 45_000;

/** A judge that says what the scenario's canary deserves; sometimes twice, and sometimes late. */
export class SimulatedJudge {
  #cancel: (() => void) | undefined;
  #entry: number | undefined;

  constructor(
    private readonly simulation: Simulation,
    private readonly process: SimulatedProcess,
  ) {}

  open(id: RolloutId, stretch: Stretch): void {
    if (this.#entry === stretch.entry) return;
    this.close();
    this.#entry = stretch.entry;
    const beganMs = this.simulation.clock.trueMs;
    const look = () => {
      const servedMs = this.simulation.clock.trueMs - beganMs;
      this.#cancel = this.process.after(servedMs < 2 * everyMs ? everyMs : seldomMs, look);
      this.#look(id, stretch, servedMs);
    };
    this.#cancel = this.process.after(everyMs, look);
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#entry = undefined;
  }

  #look(id: RolloutId, stretch: Stretch, servedMs: number): void {
    const { scenario, choices, rates } = this.simulation;
    const exposedMs = this.simulation.exposedMs();
    const shows = exposedMs >= scenario.showsAfterMs;
    const said =
      scenario.canary === 'crashing' && shows
        ? crashOf(stretch.entry)
        : this.#judgement(stretch, servedMs, shows);
    if (said === undefined) return;
    this.#say(id, said);
    // Most looks change nothing, and so are not in the log.
    if (choices.happens('a look told twice', rates.duplicate)) this.#say(id, said);
    if (choices.happens('a look told again later', rates.delay)) {
      this.process.after(choices.between('delay', 1, 60_000), () => this.#say(id, said));
    }
  }

  #say(id: RolloutId, said: Judged | FastFailed): void {
    void this.process.controller.observe(id, said);
  }

  #judgement(stretch: Stretch, servedMs: number, shows: boolean): Judged | undefined {
    const { canary, traffic } = this.simulation.scenario;
    if (canary === 'silent') return undefined;
    const share = stretch.shadow ? 1 : stretch.weight / 100;
    const canaryRequests = Math.floor((servedMs / 1_000) * traffic * share);
    const harm = canary === 'harmful' && shows;
    const leansToHarm = harm || (canary === 'leaning' && shows);
    const unmeasurable = canary === 'unmeasurable' || (share < 1 && canaryRequests === 0);
    // At 100% there is nothing to compare with.
    const comparable = share < 1 || stretch.shadow;
    const safe =
      (canary === 'good' || canary === 'crashing') && comparable && canaryRequests >= 100;
    const verdict = harm ? 'harm' : unmeasurable ? 'unmeasurable' : safe ? 'safe' : 'undecided';
    return {
      type: 'judged',
      entry: stretch.entry,
      verdict,
      leansToHarm,
      safe: verdict === 'safe',
      reason: `${canary} canary`,
      canaryRequests,
      stableRequests: canaryRequests,
    };
  }
}

function crashOf(entry: number): FastFailed {
  return { type: 'fast-failed', entry, rule: 'crash', reason: 'signal 11' };
}
