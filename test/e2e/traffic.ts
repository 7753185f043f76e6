import { readFileSync } from 'node:fs';
import { sampleModels } from '../integration/running-server.js';

const clients = 8;
const pauseMs = 20;

interface Rows {
  readonly rows: readonly (readonly number[])[];
}

/**
 * Users of the churn model, some hundred requests a second at most, with rows that no version has
 * learnt from. They wait a little between two requests: a machine that is saturated measures itself.
 */
export class Traffic {
  readonly statuses = new Set<number>();
  #isSending = true;
  #sent = 0;
  readonly #rows: Rows['rows'];
  readonly #clients: readonly Promise<void>[];

  constructor(private readonly url: string) {
    const text = readFileSync(`${sampleModels}/churn/rows.json`, 'utf8');
    this.#rows = (JSON.parse(text) as Rows).rows;
    this.#clients = Array.from({ length: clients }, () => this.#send());
  }

  async end(): Promise<void> {
    this.#isSending = false;
    await Promise.all(this.#clients);
  }

  async #send(): Promise<void> {
    while (this.#isSending) {
      const features = this.#rows[this.#sent++ % this.#rows.length];
      const body = JSON.stringify({ features });
      const response = await fetch(`${this.url}/predict`, { method: 'POST', body });
      await response.arrayBuffer();
      this.statuses.add(response.status);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
