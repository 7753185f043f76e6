import type { Share } from '../../domain/share.js';
import type { SourceFinding } from '../source.js';
import { CountedLines } from './counted-lines.js';
import type { LineNumber } from './line-number.js';
import type { LogCensus } from './nginx-log.js';
import { RecentLoss } from './recent-loss.js';
import { SequenceGaps } from './sequence-gaps.js';

/** There is one a second, so that a single one that is late would be said to be a large share. */
const probePatience = 3;

/** Which lines of a log are missing, by whichever way NGINX tells how many there should be. */
export class MissingLines {
  readonly #numbered: SequenceGaps;
  readonly #counted: CountedLines;
  readonly #probed: SequenceGaps;
  readonly #recent = new RecentLoss();
  readonly #recentProbes = new RecentLoss();
  readonly #totals = { lost: 0, probes: 0, probesLost: 0 };
  #census: LogCensus = {};

  /**
   * @param patienceMs a line that comes later is lost
   * @param mostLost of the last minute; a larger share is `unmeasurable`
   */
  constructor(
    patienceMs: number,
    private readonly mostLost: Share,
  ) {
    this.#numbered = new SequenceGaps(patienceMs);
    this.#counted = new CountedLines(patienceMs);
    this.#probed = new SequenceGaps(probePatience * patienceMs);
  }

  /** A line of a request has come. @param sequence undefined without Lua */
  saw(sequence: LineNumber | undefined, nowMs: number): void {
    if (sequence === undefined) this.#counted.saw();
    else this.#numbered.saw(sequence, nowMs);
    this.#recent.came(1, nowMs);
  }

  /** A line has come that NGINX was asked for. */
  sawProbe(number: LineNumber, nowMs: number): void {
    this.#probed.saw(number, nowMs);
    this.#recentProbes.came(1, nowMs);
    this.#totals.probes += 1;
  }

  /** What should have come by now, or will at once. */
  expect(census: LogCensus, nowMs: number): void {
    this.#census = census;
    const { newest, ended, probe } = census;
    if (newest !== undefined) this.#numbered.expect(newest, nowMs);
    if (ended !== undefined) this.#counted.expect(ended, nowMs);
    if (probe !== undefined) this.#probed.expect(probe, nowMs);
  }

  /** Lines that were lost since the start, by what they are. */
  counts(): Readonly<Record<'lost' | 'probes' | 'probesLost', number>> {
    return { ...this.#totals };
  }

  /** Whether enough has come to rely on, and how many are missing, in words. */
  look(nowMs: number): Pick<SourceFinding, 'verdict' | 'sentence'> {
    this.#takeLost(nowMs);
    const tooMany = this.#tooMany(nowMs);
    if (tooMany !== undefined) return { verdict: 'unmeasurable', sentence: tooMany };
    const { newest, ended, probe } = this.#census;
    const { lost, probes, probesLost } = this.#totals;
    if (newest !== undefined || ended !== undefined) {
      return { verdict: 'undecided', sentence: `${lost} missing` };
    }
    if (probe !== undefined) {
      const all = probes + probesLost;
      const sentence = `${probesLost} of ${all} lines missing that Serin had NGINX write between them`;
      return { verdict: 'undecided', sentence };
    }
    const sentence =
      'how many are missing cannot be told, as this NGINX does not say how many it had';
    return { verdict: 'unmeasurable', sentence };
  }

  #takeLost(nowMs: number): void {
    const lost = this.#numbered.takeLost(nowMs) + this.#counted.takeLost(nowMs);
    this.#recent.lost(lost, nowMs);
    this.#totals.lost += lost;
    const probes = this.#probed.takeLost(nowMs);
    this.#recentProbes.lost(probes, nowMs);
    this.#totals.probesLost += probes;
  }

  /** @returns undefined while too little is lost to matter */
  #tooMany(nowMs: number): string | undefined {
    const isTooMuch = (share: Share): boolean => share > this.mostLost;
    const limit = `more than ${percent(this.mostLost)}`;
    const share = this.#recent.share(nowMs);
    if (isTooMuch(share)) {
      return `${percent(share)} of the requests of the last minute are missing from NGINX's log, ${limit}`;
    }
    const ofProbes = this.#recentProbes.share(nowMs);
    if (isTooMuch(ofProbes)) {
      return `${percent(ofProbes)} of the lines that Serin had NGINX write in the last minute are missing from its log, ${limit}; so those of requests may be`;
    }
    return undefined;
  }
}

function percent(value: Share): string {
  return `${Number((100 * value).toPrecision(2))}%`;
}
