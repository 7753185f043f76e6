import { performance } from 'node:perf_hooks';
import { CheckStatus, statusOf, type CheckResult, type Measurement } from '../report/report.js';
import type { CheckOutcome } from './check.js';
import { accepting } from './finding.js';

/** How far a validation has come. */
export interface Progress {
  /** The check that begins. */
  readonly check: string;
  /** Checks that are done, of how many. */
  readonly done: number;
  readonly of: number;
}

/** Runs checks one after the other, and keeps what they say. */
export class Checklist {
  readonly #results: CheckResult[] = [];
  readonly #measurements: Measurement[] = [];
  /** Why findings of these codes are accepted; known once model.yaml is read. */
  accepted: Readonly<Record<string, string>> = {};

  constructor(
    private readonly of: number,
    private readonly onProgress: (progress: Progress) => void,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** @throws the reason of the signal, when it has aborted */
  async run(name: string, check: () => CheckOutcome | Promise<CheckOutcome>): Promise<void> {
    this.signal?.throwIfAborted();
    this.onProgress({ check: name, done: this.#results.length, of: this.of });
    const startedAtMs = performance.now();
    const { detail, findings = [], measurements = [], skipped } = await check();
    this.signal?.throwIfAborted();
    const accepted = findings.map((found) => accepting(found, this.accepted));
    this.#measurements.push(...measurements);
    this.#results.push({
      name,
      status: skipped === true && findings.length === 0 ? CheckStatus.Skipped : statusOf(accepted),
      detail,
      durationMs: performance.now() - startedAtMs,
      findings: accepted,
    });
  }

  get results(): readonly CheckResult[] {
    return this.#results;
  }

  get measurements(): readonly Measurement[] {
    return this.#measurements;
  }
}
