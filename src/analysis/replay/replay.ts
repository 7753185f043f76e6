import type { Verdict } from '../../domain/verdict.js';
import { Judge } from '../judge.js';
import type { PartialJudgeSettings } from '../read-judge-settings.js';
import { CrossingWatch, type Crossing, type Look } from './crossing-watch.js';
import { momentsOf, type RecordedMoment, type RecordedObservation } from './recorded-moments.js';

export interface Replayed {
  readonly verdict: Verdict;
  readonly crossings: readonly Crossing[];
  readonly looks: readonly Look[];
  readonly requests: number;
  /** Steps that the share's changes made. */
  readonly steps: number;
}

export interface ReplayPlan {
  readonly settings: PartialJudgeSettings;
  /** The canary's share where the recording does not say it: 0 to 1. */
  readonly share: number;
}

/** The judge is asked as often as the server asks it (`tickMs` of main.ts). */
const lookEveryMs = 1_000;

/**
 * Judges a recording as it would have been judged live: a look every second, a new step where the
 * share changes, promotion after the last step only. The judge is told of a request when its answer
 * was there, so what takes long may come after its bucket has closed, as it does on a server.
 * @throws SerinError `invalid-statistics-input`, `invalid-judge-settings`
 */
export function replay(
  recorded: Iterable<RecordedObservation>,
  { settings, share }: ReplayPlan,
): Replayed {
  const moments = momentsOf(recorded, share);
  const judge = Judge.open(settings);
  const watch = new CrossingWatch(judge.settings.alpha);
  const startMs = moments[0]?.atMs ?? 0;
  const looks = new LooksOfServer(judge, watch, startMs);
  for (const moment of moments) {
    looks.until(moment.atMs);
    tell(judge, watch, moment);
  }
  // A server goes on looking when nobody asks any more: what is full closes.
  const endMs = (moments.at(-1)?.atMs ?? startMs) + looks.quietAfterMs;
  looks.until(endMs);
  return {
    verdict: judge.judge(endMs),
    crossings: watch.crossings,
    looks: watch.looks,
    requests: watch.requests,
    steps: moments.filter(({ what }) => what === 'step').length,
  };
}

function tell(judge: Judge, watch: CrossingWatch, moment: RecordedMoment): void {
  switch (moment.what) {
    case 'step':
      judge.beginStep({ kind: 'weight', share: moment.share, last: moment.last }, moment.atMs);
      return;
    case 'answer':
      judge.record(moment.observation);
      watch.requests += 1;
  }
}

/** Looks once a second of the recording. */
class LooksOfServer {
  /** With no request for so long, nothing is left that could close. */
  readonly quietAfterMs: number;
  #nextMs: number;
  #busyUntilMs: number;

  constructor(
    private readonly judge: Judge,
    private readonly watch: CrossingWatch,
    startMs: number,
  ) {
    const { bucket, settleMs } = judge.settings;
    this.quietAfterMs = bucket.durationMs + settleMs + 2 * lookEveryMs;
    this.#nextMs = startMs + lookEveryMs;
    this.#busyUntilMs = startMs + this.quietAfterMs;
  }

  /** Has all looks that are due before something happens. */
  until(atMs: number): void {
    while (this.#nextMs <= atMs) {
      this.watch.look(this.judge.judge(this.#nextMs));
      // A recording may have gaps of years.
      const skipped =
        this.#nextMs > this.#busyUntilMs ? Math.floor((atMs - this.#nextMs) / lookEveryMs) : 0;
      this.#nextMs += (1 + skipped) * lookEveryMs;
    }
    this.#busyUntilMs = atMs + this.quietAfterMs;
  }
}
