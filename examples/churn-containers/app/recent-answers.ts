/** How far back the error rate looks. */
export const windowSeconds = 60;

interface Second {
  readonly second: number;
  answers: number;
  errors: number;
}

/** Counts of the answers of the last minute, second by second. */
export class RecentAnswers {
  #seconds: Second[] = [];

  /** @param nowMs milliseconds that never go back */
  constructor(private readonly nowMs: () => number) {}

  /** @param isError the app failed; a wrong request is the client's fault, and none */
  add(isError: boolean): void {
    const second = this.#forget();
    let last = this.#seconds.at(-1);
    if (last?.second !== second) {
      last = { second, answers: 0, errors: 0 };
      this.#seconds.push(last);
    }
    last.answers += 1;
    if (isError) last.errors += 1;
  }

  /** Answers of the last minute, and the percentage of them that were errors; 0 where none were. */
  counts(): { readonly answers: number; readonly errorRate: number } {
    this.#forget();
    const answers = this.#seconds.reduce((sum, one) => sum + one.answers, 0);
    const errors = this.#seconds.reduce((sum, one) => sum + one.errors, 0);
    return { answers, errorRate: answers === 0 ? 0 : (100 * errors) / answers };
  }

  #forget(): number {
    const second = Math.floor(this.nowMs() / 1000);
    this.#seconds = this.#seconds.filter((one) => one.second > second - windowSeconds);
    return second;
  }
}
