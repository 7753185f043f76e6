import { renameSync, rmSync } from 'node:fs';
import { toSerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import { toPercent, toShare, type Share } from '../../domain/share.js';
import type { Source, SourceFinding, SourceListener } from '../source.js';
import { isOfTheSystem, LogReader } from './log-reader.js';
import { MissingLines } from './missing-lines.js';
import type { LogCensus, NginxLog } from './nginx-log.js';
import { readProbeLine } from './probe-line.js';
import { readLine } from './read-line.js';
import { observationOf } from './to-observation.js';

export interface NginxLogOptions {
  /** The models that findings are told of. */
  readonly models: readonly ModelName[];
  /** Milliseconds since 1970, from a clock that never steps back. */
  readonly nowMs: () => number;
  /** A larger share of lost lines in the last minute is `unmeasurable`; 1% by default. */
  readonly mostLost?: Share;
  /** A larger file is replaced; 64 MiB by default, which are about 400,000 requests. */
  readonly rotateBytes?: number;
  /** How often NGINX is asked what should be there; 1 s by default. */
  readonly askEveryMs?: number;
  /** A line that comes later is lost; 3 s by default, as NGINX writes each within 100 ms. */
  readonly lineWithinMs?: number;
}

/**
 * What is read at once is worked off at once, and whoever needs the same CPU waits so long: a log that
 * grows is read in small pieces.
 */
const readAgainMs = { grown: 5, quiet: 25 };

/** The observations of an NGINX, from its log. */
export function openNginxLog(log: NginxLog, options: NginxLogOptions): Source {
  return new NginxLogSource(log, options);
}

class NginxLogSource implements Source {
  readonly name = 'nginx log';
  readonly #reader: LogReader;
  readonly #missing: MissingLines;
  readonly #counts = {
    ...{ requests: 0, observed: 0, unreadable: 0, retried: 0 },
    ...{ shadows: 0, shadowsShed: 0, bytes: 0 },
  };
  /** No line of another start has it. */
  readonly #epoch: number;
  #probes = 0;
  /** When what is being read was read: the same for all of its lines. */
  #nowMs = 0;
  #listener: SourceListener | undefined;
  #reading: NodeJS.Timeout | undefined;
  #asking: NodeJS.Timeout | undefined;
  #asked: Promise<void> = Promise.resolve();
  #isAsking = false;

  constructor(
    private readonly log: NginxLog,
    private readonly options: NginxLogOptions,
  ) {
    const { lineWithinMs = 3_000, mostLost = toShare(toPercent(1)), nowMs } = options;
    this.#missing = new MissingLines(lineWithinMs, mostLost);
    this.#epoch = Math.floor(nowMs());
    this.#reader = new LogReader(log.file, true, (bytes, start, end) =>
      this.#line(bytes, start, end),
    );
  }

  async start(listener: SourceListener): Promise<void> {
    this.#listener = listener;
    const { askEveryMs = 1_000 } = this.options;
    await this.#takeCensus();
    this.#readOn();
    this.#asking = setInterval(() => this.#askInTurn(), askEveryMs).unref();
  }

  counts(): Readonly<Record<string, number>> {
    return { ...this.#counts, ...this.#missing.counts() };
  }

  async close(): Promise<void> {
    clearTimeout(this.#reading);
    clearInterval(this.#asking);
    await this.#asked;
    if (this.#reading !== undefined) this.#tryToRead();
    this.#listener = undefined;
    this.#reader.close();
  }

  #readOn(): void {
    const before = this.#reader.bytesRead;
    this.#tryToRead();
    const hasGrown = this.#reader.bytesRead > before;
    const waitMs = hasGrown ? readAgainMs.grown : readAgainMs.quiet;
    this.#reading = setTimeout(() => this.#readOn(), waitMs).unref();
  }

  /** A disk that fails now may not the next time; while it does, the census fails, too, and says so. */
  #tryToRead(): void {
    try {
      this.#read();
    } catch (thrown) {
      if (!isOfTheSystem(thrown)) throw thrown;
      // What was not read is missing, or read later.
    }
  }

  #read(): boolean {
    this.#nowMs = this.options.nowMs();
    const isEverything = this.#reader.read(this.#nowMs);
    const { rotateBytes = 64 * 1024 * 1024 } = this.options;
    if (this.log.reopen !== undefined && this.#reader.isLongerThan(rotateBytes)) this.#rotate();
    return isEverything;
  }

  #rotate(): void {
    const old = `${this.log.file}.old`;
    // The reader keeps the file open; nobody needs its name.
    renameSync(this.log.file, old);
    rmSync(old);
    // Where NGINX does not listen, the census says so; started anew it opens its log in any case.
    this.log.reopen?.().catch(() => undefined);
  }

  #line(bytes: Buffer, start: number, end: number): void {
    const request = readLine(bytes, start, end);
    const counts = this.#counts;
    const nowMs = this.#nowMs;
    if (request === undefined) {
      const probe = readProbeLine(bytes.toString('latin1', start, end));
      if (probe === undefined) counts.unreadable += 1;
      else this.#missing.sawProbe(probe, nowMs);
      return;
    }
    this.#missing.saw(request.sequence, nowMs);
    counts.requests += 1;
    counts.bytes += request.bytes;
    if (request.tries > 1) counts.retried += 1;
    if (request.kind === 'shadow') counts.shadows += 1;
    const observation = observationOf(request);
    if (observation === undefined) return;
    counts.observed += 1;
    const kind = request.kind === 'shadow' ? 'shadow' : 'live';
    this.#listener?.observed(request.model, observation, kind);
  }

  /** A question that waits for its answer is not asked again. */
  #askInTurn(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#asked = this.#takeCensus().finally(() => (this.#isAsking = false));
  }

  async #takeCensus(): Promise<void> {
    const { nowMs, models } = this.options;
    const finding: SourceFinding = { source: this.name, atMs: nowMs(), ...(await this.#howItIs()) };
    for (const model of models) this.#listener?.found(model, finding);
  }

  async #howItIs(): Promise<Pick<SourceFinding, 'verdict' | 'sentence'>> {
    const { nowMs } = this.options;
    let census: LogCensus;
    try {
      this.#probes += 1;
      census = await this.log.census({ epoch: this.#epoch, number: this.#probes });
    } catch (thrown) {
      const { message } = toSerinError(thrown);
      return unmeasurable(`NGINX does not say what it logged: ${message}`);
    }
    try {
      // What came meanwhile is no gap, and neither is what was not read yet.
      if (!this.#read()) {
        return { verdict: 'undecided', sentence: 'what was logged before is still being read' };
      }
    } catch (thrown) {
      if (!isOfTheSystem(thrown)) throw thrown;
      return unmeasurable(`NGINX's log cannot be read: ${thrown.message}`);
    }
    this.#missing.expect(census, nowMs());
    this.#counts.shadowsShed = census.shadowsShed ?? 0;
    const { verdict, sentence } = this.#missing.look(nowMs());
    if (verdict === 'unmeasurable') return { verdict, sentence };
    return { verdict, sentence: `${this.#counts.observed} requests observed, ${sentence}` };
  }
}

function unmeasurable(sentence: string): Pick<SourceFinding, 'verdict' | 'sentence'> {
  return { verdict: 'unmeasurable', sentence };
}
