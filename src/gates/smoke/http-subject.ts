import { setTimeout as wait } from 'node:timers/promises';
import { httpAsker } from '../loadtest/http/ask-http.js';
import { endpointOf } from '../loadtest/http/endpoint.js';
import { reasonOfFetch } from '../loadtest/http/reason-of-fetch.js';
import type { LoadRequest, SingleAnswer } from '../loadtest/sender.js';
import { NotReady, type SmokeSubject } from './subject.js';

/** Where any answer but a failure of the server says that it is up. */
const defaultReadyPath = '/health';
const lookEveryMs = 100;
const longestLookMs = 2_000;

/** A server that runs already. */
export class HttpSubject implements SmokeSubject {
  readonly name: string;
  readonly path: string;
  readonly #origin: string;
  #isStopped = false;

  /**
   * @param readyPath answers with a status from 200 to 299 once it is ready; without one, any answer
   * at /health under 500 will do
   * @throws SerinError `usage` for what is no URL
   */
  constructor(
    private readonly url: string,
    private readonly readyPath: string | undefined,
  ) {
    const { shownAs, path } = endpointOf(url);
    this.name = shownAs;
    this.path = path;
    this.#origin = new URL(url).origin;
  }

  async start(deadlineMs: number): Promise<void> {
    const untilMs = performance.now() + deadlineMs;
    let last = 'no answer';
    while (!this.#isStopped && performance.now() < untilMs) {
      const seen = await this.look(Math.min(longestLookMs, untilMs - performance.now()));
      if (seen === 'ready') return;
      last = seen;
      await wait(Math.min(lookEveryMs, Math.max(0, untilMs - performance.now())));
    }
    throw new NotReady(last, false);
  }

  /** Looks once whether it is ready; else says what it is. */
  async look(withinMs: number): Promise<'ready' | (string & {})> {
    const path = this.readyPath ?? defaultReadyPath;
    try {
      const signal = AbortSignal.timeout(Math.max(1, Math.ceil(withinMs)));
      const response = await fetch(new URL(path, this.#origin), { signal });
      await response.arrayBuffer();
      const isReady = this.readyPath === undefined ? response.status < 500 : response.ok;
      return isReady ? 'ready' : `status ${response.status} at ${path}`;
    } catch (thrown) {
      return reasonOfFetch(thrown);
    }
  }

  ask(request: LoadRequest, timeoutMs: number): Promise<SingleAnswer> {
    return httpAsker(this.url, timeoutMs)(request);
  }

  log(): readonly string[] {
    return [];
  }

  /** Nobody waits for it any more; the server itself goes on. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return Promise.resolve();
  }
}
