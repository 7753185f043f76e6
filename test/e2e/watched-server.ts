import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { Load } from '../integration/load.js';
import { startTestServer, type TestServer } from '../integration/running-server.js';
import { openPage, type WatchedPage } from './browser.js';

type Wishes = Parameters<typeof startTestServer>[0];

/** A real server with real traffic, and pages that look at it. */
export class WatchedServer {
  readonly #pages: WatchedPage[] = [];
  #load: Load | undefined;

  private constructor(readonly server: TestServer) {}

  static async start(wishes: Wishes = {}): Promise<WatchedServer> {
    // Version 1 is live, as a person who wants to try version 2 has it.
    return new WatchedServer(
      await startTestServer({ firstStable: new Map([['churn', 'churn/1']]), ...wishes }),
    );
  }

  sendTraffic(): void {
    this.#load ??= new Load(this.server);
  }

  /** Opens a place of the page, such as `rollouts/r-1`. */
  async open(browser: Browser, place = '', options: BrowserContextOptions = {}): Promise<Page> {
    const watched = await openPage(browser, `${this.server.url}/#/${place}`, options);
    watched.page.setDefaultTimeout(60_000);
    this.#pages.push(watched);
    return watched.page;
  }

  /** Starts a rollout by the API. @returns its id */
  async startRollout(yaml: string): Promise<string> {
    const { body } = await this.server.post('/api/v1/rollouts', { yaml, why: 'a test' });
    expect(body.id, JSON.stringify(body)).toBeTypeOf('string');
    return body.id as string;
  }

  /** That no page complained in its console, or asked another host for anything. */
  expectQuietPages(): void {
    for (const { complaints, foreignRequests } of this.#pages) {
      expect(complaints).toEqual([]);
      expect(foreignRequests).toEqual([]);
    }
  }

  async close(): Promise<void> {
    await this.#load?.end();
    await this.server.close();
  }
}

/** A rollout file whose steps are over as soon as the judge says so. */
export function quickRollout(steps = '[{ weight: 20 }, { weight: 50 }]', holdMin = '1s'): string {
  return `model: churn
stable: churn/1
canary: churn/2
steps: ${steps}
hold: { min: ${holdMin}, max: 5m, requests: 50 }
checks:
  latency: { tolerance: 100%, p95: 100%, p99: 100% }
  errors: { tolerance: 1% }
  predictions: off
coolDown: 0s
`;
}
