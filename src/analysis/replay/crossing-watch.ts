import { VerdictKind, type CheckName } from '../../domain/evidence.js';
import type { Verdict } from '../../domain/verdict.js';

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

const looksKept = 400;

/** Notes each line of evidence when it is crossed for the first time. */
export class CrossingWatch {
  readonly crossings: Crossing[] = [];
  /** Requests whose answers are there. */
  requests = 0;
  readonly #line: number;
  readonly #seen = new Set<string>();
  #looks: Look[] = [];
  #looked = 0;
  #keptEvery = 1;
  #newest: Look | undefined;

  constructor(alpha: number) {
    this.#line = -Math.log(alpha);
  }

  /** Evenly over what was watched, at most 400, and the newest. */
  get looks(): readonly Look[] {
    const isKept = this.#newest === this.#looks.at(-1);
    return this.#newest === undefined || isKept ? this.#looks : [...this.#looks, this.#newest];
  }

  look(verdict: Verdict): void {
    this.#keep(verdict);
    if (verdict.leansToHarm) this.#note(verdict, 'leaning', undefined, verdict.sentence);
    if (verdict.kind === VerdictKind.Harm) {
      this.#note(verdict, 'harm', undefined, verdict.sentence);
    }
    if (verdict.mayPromote) this.#note(verdict, 'safe', undefined, verdict.sentence);
    for (const { check, harmLogE: harm, safeLogE, sentence } of verdict.evidence) {
      if (harm >= this.#line) this.#note(verdict, 'harm', check, sentence);
      if ((safeLogE ?? -Infinity) >= this.#line) this.#note(verdict, 'safe', check, sentence);
    }
  }

  #keep({ atMs, meter, harmLogE }: Verdict): void {
    this.#newest = { atMs, requests: this.requests, meter, harmLogE };
    if (this.#looked % this.#keptEvery === 0) this.#looks.push(this.#newest);
    this.#looked += 1;
    if (this.#looks.length <= looksKept) return;
    this.#looks = this.#looks.filter((_, index) => index % 2 === 0);
    this.#keptEvery *= 2;
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
