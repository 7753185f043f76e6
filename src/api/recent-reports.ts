import { randomUUID } from 'node:crypto';
import type { KeptReport } from '../gates/report/kept-report.js';

/** A report of a load test has some 100 KB; the oldest make room. */
const mostKept = 100;

/** Reports of gates that were asked for by API, until the server stops: so that links to them hold. */
export class RecentReports {
  readonly #reports = new Map<string, KeptReport>();

  /** @returns the report's id */
  keep(report: KeptReport): string {
    const id = randomUUID();
    this.#reports.set(id, report);
    const [oldest] = this.#reports.keys();
    if (this.#reports.size > mostKept && oldest !== undefined) this.#reports.delete(oldest);
    return id;
  }

  of(id: string): KeptReport | undefined {
    return this.#reports.get(id);
  }
}
