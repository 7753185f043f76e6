import type { TestServer } from './running-server.js';

const features = [12, 20, 38, 1, 0];
export const connections = 8;

/** Clients that ask for predictions without a pause. */
export class Load {
  answers = 0;
  #isSending = true;
  #fallbacks = 0;
  readonly #statuses = new Set<number>();
  readonly #clients: readonly Promise<void>[];

  constructor(private readonly on: TestServer) {
    this.#clients = Array.from({ length: connections }, () => this.#send());
  }

  async end(): Promise<{ statuses: ReadonlySet<number>; fallbacks: number }> {
    this.#isSending = false;
    await Promise.all(this.#clients);
    return { statuses: this.#statuses, fallbacks: this.#fallbacks };
  }

  async #send(): Promise<void> {
    while (this.#isSending) {
      const { status, headers } = await this.on.post('/predict', { features });
      this.answers += 1;
      this.#statuses.add(status);
      if (headers.has('serin-fallback')) this.#fallbacks += 1;
    }
  }
}
