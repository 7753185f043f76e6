import { request } from 'node:http';
import { SerinError } from '../../domain/errors.js';
import type { LineNumber } from '../../observing/nginx-log/line-number.js';

/** What NGINX says is in force, in all its workers. */
export interface NginxState {
  /** Which configuration answered. */
  readonly generation: string;
  /** `epoch.number` of the newest line of the log; absent without Lua. */
  readonly logged?: string;
  /** Copies of requests that were not sent as too many were under way. */
  readonly shadowsShed?: number;
  readonly routes: Readonly<Record<string, RouteState>>;
}

export interface RouteState {
  readonly weight: number;
  readonly shadow: number;
  /** Which two servers they are of. */
  readonly key: string;
}

/** What can be changed without a reload, where NGINX has Lua. */
export type StateChange =
  | { readonly drain: 0 | 1 }
  /** The shares under a key: those that stand in the configuration are in force then. */
  | { readonly forget: string }
  | { readonly model: string; readonly weight: number }
  | { readonly model: string; readonly shadow: number };

/** Talks to the admin socket of an NGINX. */
export class StateClient {
  #asked = 0;

  constructor(
    private readonly socketPath: string,
    private readonly timeoutMs = 2_000,
  ) {}

  /** @throws SerinError `nginx-unreachable` */
  async read(): Promise<NginxState> {
    return JSON.parse(await this.#ask('GET', '/state')) as NginxState;
  }

  /**
   * Changes one thing, and reads everything back.
   * @throws SerinError `nginx-unreachable`
   */
  async change(change: StateChange): Promise<NginxState> {
    const query = Object.entries(change).map(
      ([name, value]) => `${name}=${encodeURIComponent(value)}`,
    );
    return JSON.parse(await this.#ask('PUT', `/state?${query.join('&')}`)) as NginxState;
  }

  /** Requests of users that had ended when NGINX was asked, since it was started (stub_status). */
  async requestsEnded(): Promise<number> {
    const answer = await this.#ask('GET', '/counts');
    const taken = Number(/\n\s*\d+ \d+ (\d+)/.exec(answer)?.[1]);
    const [, reading = NaN, writing = NaN] =
      /Reading: (\d+) Writing: (\d+)/.exec(answer)?.map(Number) ?? [];
    // One of those under way is this question.
    return taken - reading - writing - (this.#asked - 1);
  }

  /** Has a line of this number written to the log. */
  async probe({ epoch, number }: LineNumber): Promise<void> {
    await this.#ask('GET', `/probe?number=${epoch}.${number}`);
  }

  /** On a connection of its own, so that it meets whichever worker would take a new client. */
  #ask(method: string, path: string): Promise<string> {
    this.#asked += 1;
    return new Promise((resolve, reject) => {
      const fail = (found: string, cause?: unknown): void =>
        reject(
          new SerinError('nginx-unreachable', {
            expected: `an answer from ${this.socketPath}`,
            found,
            cause,
          }),
        );
      const sent = request(
        { socketPath: this.socketPath, method, path, agent: false, timeout: this.timeoutMs },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('error', (error) => fail(error.message, error));
          response.on('end', () =>
            response.statusCode === 200 || response.statusCode === 204
              ? resolve(text)
              : fail(`status ${response.statusCode}: ${text.trim().slice(0, 200)}`),
          );
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`nothing within ${this.timeoutMs} ms`)));
      sent.on('error', (error) => fail(error.message, error));
      sent.end();
    });
  }
}
