import { setImmediate as turn } from 'node:timers/promises';
import { Random } from '../../src/stats/random.js';
import type { TestServer } from '../integration/running-server.js';

/** What one real second has of each arm. */
const answersASecond = { stable: 20, canary: 5 };

/**
 * A day of a real rollout in minutes: the server looks at it second by second, but of a clock that
 * runs faster. Judge, timeline and streams are the server's own; what is made up are latencies of
 * requests, as no machine answers a day's requests in minutes.
 */
export class TimeLapse {
  readonly #look: TestServer['server']['context']['rollouts']['timelines']['look'];
  readonly #random = new Random(1);
  #nowMs = Date.now();
  #seconds = 0;

  constructor(private readonly server: TestServer['server']) {
    const { timelines } = server.context.rollouts;
    this.#look = timelines.look.bind(timelines);
    // The server's own clock would put points of the real time between these.
    timelines.look = () => () => undefined;
  }

  /** Milliseconds since 1970, of the newest point. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** So many seconds that were looked at. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Lets seconds pass; streams are written in between. */
  async pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i += 1) {
      this.#answer();
      this.#nowMs += 1_000;
      this.#seconds += 1;
      this.#lookAtAll();
      if (i % 10 === 9) await turn();
    }
    await turn();
  }

  #lookAtAll(): void {
    const { judging } = this.server.context.rollouts;
    const addPoint = this.#look(this.#nowMs);
    for (const measured of judging.measured()) {
      const verdict = judging.verdict(measured);
      if (verdict !== undefined) addPoint(measured, verdict);
    }
  }

  #answer(): void {
    const { comparisons, deployments } = this.server.context;
    const comparison = comparisons.of(deployments.model('churn'));
    if (comparison === undefined) throw new Error('nothing is compared');
    const daily = 1 + 0.5 * Math.sin((this.#seconds / 86_400) * 2 * Math.PI);
    for (const arm of ['stable', 'canary'] as const) {
      const { pulse } = comparison[arm];
      for (let i = 0; i < answersASecond[arm] * daily; i += 1) {
        pulse.count(
          this.#random.uniform() < 0.002 ? undefined : 5 * daily + this.#random.uniform(),
        );
      }
    }
  }
}
