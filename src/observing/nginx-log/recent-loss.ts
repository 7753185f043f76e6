import { toPercent, toShare, type Share } from '../../domain/share.js';

const cells = 60;

/** The share of lines that were lost in about the last minute, in cells of one second. */
export class RecentLoss {
  readonly #came = new Float64Array(cells);
  readonly #lost = new Float64Array(cells);
  readonly #second = new Float64Array(cells).fill(-1);

  came(lines: number, nowMs: number): void {
    this.#add(this.#came, lines, nowMs);
  }

  lost(lines: number, nowMs: number): void {
    this.#add(this.#lost, lines, nowMs);
  }

  /** 0 where nothing was written. */
  share(nowMs: number): Share {
    const oldest = Math.floor(nowMs / 1000) - cells;
    let [came, lost] = [0, 0];
    for (let cell = 0; cell < cells; cell += 1) {
      if ((this.#second[cell] ?? -1) <= oldest) continue;
      came += this.#came[cell] ?? 0;
      lost += this.#lost[cell] ?? 0;
    }
    return toShare(toPercent(lost === 0 ? 0 : (100 * lost) / (came + lost)));
  }

  #add(to: Float64Array, lines: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const cell = second % cells;
    if (this.#second[cell] !== second) {
      this.#second[cell] = second;
      this.#came[cell] = 0;
      this.#lost[cell] = 0;
    }
    to[cell] = (to[cell] ?? 0) + lines;
  }
}
