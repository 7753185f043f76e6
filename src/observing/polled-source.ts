import { Arm } from '../domain/arm.js';
import { toSerinError } from '../domain/errors.js';
import type { ModelName } from '../domain/ids.js';
import type { Source, SourceListener } from './source.js';
import { thresholdFinding, type Reading } from './threshold-finding.js';

/** What is asked for again and again. */
export interface PolledSettings {
  readonly model: ModelName;
  /** A canary above it, and above stable, harms. */
  readonly threshold: number;
  /** From one question to the next; 5 s by default. */
  readonly everyMs?: number;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** How one arm's number is found, and what it is. */
export interface Question {
  readonly name: string;
  readonly of: string;
  readonly unit: string;
  readonly ask: (arm: Arm) => Promise<Reading>;
}

/** Asks both arms for a number, and compares the canary's with a threshold. */
export class PolledSource implements Source {
  readonly name: string;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isLooking = false;
  #counts = { looks: 0, missing: 0 };

  constructor(
    private readonly settings: PolledSettings,
    private readonly question: Question,
  ) {
    this.name = question.name;
  }

  /** Resolves after the first look. */
  async start(listener: SourceListener): Promise<void> {
    const look = (): void => {
      // A slow server is not asked again before it has answered.
      if (!this.#isLooking) this.#looking = this.#look(listener);
    };
    this.#timer = setInterval(look, this.settings.everyMs ?? 5_000).unref();
    look();
    await this.#looking;
  }

  counts(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(listener: SourceListener): Promise<void> {
    this.#isLooking = true;
    const { model, threshold, nowMs } = this.settings;
    const [stable, canary] = await Promise.all([this.#ask(Arm.Stable), this.#ask(Arm.Canary)]);
    this.#counts.looks += 1;
    if ('missing' in stable || 'missing' in canary) this.#counts.missing += 1;
    const finding = thresholdFinding(stable, canary, threshold, this.question);
    listener.found(model, { source: this.name, atMs: nowMs(), ...finding });
    this.#isLooking = false;
  }

  async #ask(arm: Arm): Promise<Reading> {
    try {
      return await this.question.ask(arm);
    } catch (thrown) {
      return { missing: toSerinError(thrown).message };
    }
  }
}
