import { Agent, request } from 'undici';

/** What users met while a load was on. */
export interface LoadReport {
  requests: number;
  readonly failures: string[];
}

/**
 * Sends requests on kept connections, one after the other on each, until it is stopped. A POST with
 * a body, as predictions are. An answer that is not 200 is a failure.
 */
export class Load {
  readonly report: LoadReport = { requests: 0, failures: [] };
  readonly #agent: Agent;
  readonly #running: Promise<void>[];
  #isOn = true;

  /** @param connections so many requests at a time */
  constructor(url: string, connections: number) {
    this.#agent = new Agent({ connections, pipelining: 1, keepAliveTimeout: 60_000 });
    this.#running = Array.from({ length: connections }, () => this.#send(url));
  }

  /** Resolves after so many more requests. */
  async more(requests: number): Promise<void> {
    const until = this.report.requests + requests;
    while (this.report.requests < until) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async stop(): Promise<LoadReport> {
    this.#isOn = false;
    await Promise.all(this.#running);
    await this.#agent.destroy();
    return this.report;
  }

  async #send(url: string): Promise<void> {
    while (this.#isOn) {
      this.report.requests += 1;
      try {
        const options = { method: 'POST', body: '{"features":[1,2]}', dispatcher: this.#agent };
        const { statusCode, body } = await request(`${url}/predict`, options as never);
        await body.dump();
        if (statusCode !== 200) this.report.failures.push(`status ${statusCode}`);
      } catch (thrown) {
        this.report.failures.push((thrown as Error).message);
      }
    }
  }
}
