import type { Observation } from '../../domain/observation.js';
import type { CheckName } from '../../domain/evidence.js';
import type { Verdict } from '../../domain/verdict.js';
import { Judge } from '../judge.js';
import type { PartialJudgeSettings } from '../read-judge-settings.js';

/** One recorded request, with the canary's share at that time where it was recorded. */
export interface RecordedObservation {
  readonly observation: Observation;
  /** 0 to 1; undefined: as before. */
  readonly share: number | undefined;
}

/** The first time at which evidence crossed its line. */
export interface Crossing {
  readonly what: 'harm' | 'safe' | 'leaning';
  /** Undefined: all checks together. */
  readonly check: CheckName | undefined;
  readonly atMs: number;
  /** Requests of both arms until then. */
  readonly requests: number;
  readonly sentence: string;
}

/** The verdict at one look. */
export interface Look {
  readonly atMs: number;
  readonly requests: number;
  readonly meter: number;
  readonly harmLogE: number;
}

export interface Replayed {
  readonly verdict: Verdict;
  readonly crossings: readonly Crossing[];
  /** At most `looksKept`, evenly over the recording. */
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

const looksKept = 400;
/** The judge is asked as often as the server asks it. */
const lookEveryMs = 1_000;

/**
 * Judges a recording as it would have been judged live: a new step where the share changes, a look
 * every second. Observations are taken in the order of the recording.
 * @throws SerinError `invalid-statistics-input`, `invalid-judge-settings`, `insufficient-data` of an
 * empty recording
 */
export function replay(
  recorded: Iterable<RecordedObservation>,
  { settings, share }: ReplayPlan,
): Replayed {
  const judge = Judge.open(settings);
  const watch = new CrossingWatch(judge.settings.alpha);
  let nowMs = -Infinity;
  let nextLookMs = -Infinity;
  let inForce: number | undefined;
  let steps = 0;
  for (const { observation, share: given } of recorded) {
    nowMs = Math.max(nowMs, observation.startedAtMs);
    const wanted = given ?? inForce ?? share;
    if (wanted !== inForce) {
      inForce = wanted;
      steps += 1;
      judge.beginStep({ kind: 'weight', share: wanted, last: true }, nowMs);
      nextLookMs = nowMs + lookEveryMs;
    }
    if (nowMs >= nextLookMs) {
      watch.look(judge.judge(nowMs));
      nextLookMs = nowMs + lookEveryMs;
    }
    judge.record(observation);
    watch.requests += 1;
  }
  // The end of the recording is the end of its last step: what is open closes.
  const endMs =
    steps === 0 ? 0 : nowMs + judge.settings.settleMs + judge.settings.bucket.durationMs;
  const verdict = judge.judge(endMs);
  watch.look(verdict);
  const { crossings, looks, requests } = watch;
  return { verdict, crossings, looks: thinned(looks), requests, steps };
}

/** Notes each line of evidence when it is crossed for the first time. */
class CrossingWatch {
  readonly crossings: Crossing[] = [];
  readonly looks: Look[] = [];
  requests = 0;
  readonly #seen = new Set<string>();
  readonly #line: number;

  constructor(alpha: number) {
    this.#line = -Math.log(alpha);
  }

  look(verdict: Verdict): void {
    const { atMs, meter, harmLogE } = verdict;
    this.looks.push({ atMs, requests: this.requests, meter, harmLogE });
    if (verdict.leansToHarm) this.#note(verdict, 'leaning', undefined, verdict.sentence);
    if (verdict.kind === 'harm') this.#note(verdict, 'harm', undefined, verdict.sentence);
    if (verdict.mayPromote) this.#note(verdict, 'safe', undefined, verdict.sentence);
    for (const { check, harmLogE: harm, safeLogE, sentence } of verdict.evidence) {
      if (harm >= this.#line) this.#note(verdict, 'harm', check, sentence);
      if ((safeLogE ?? -Infinity) >= this.#line) this.#note(verdict, 'safe', check, sentence);
    }
  }

  #note(
    { atMs }: Verdict,
    what: Crossing['what'],
    check: CheckName | undefined,
    sentence: string,
  ): void {
    const key = `${what} ${check ?? ''}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.crossings.push({ what, check, atMs, requests: this.requests, sentence });
  }
}

function thinned(looks: readonly Look[]): Look[] {
  const every = Math.max(1, Math.ceil(looks.length / looksKept));
  return looks.filter((_, index) => index % every === 0 || index === looks.length - 1);
}
