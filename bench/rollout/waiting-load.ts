import type { KillableServer } from './killable-server.js';

/** Clients that ask without a pause, and wait while there is nobody to ask. */
export class WaitingLoad {
  requests = 0;
  refused = 0;
  cutOff = 0;
  lost = 0;
  #isSending = true;
  #clients: readonly Promise<void>[] = [];

  constructor(
    private readonly server: KillableServer,
    private readonly connections: number,
    /** What clients ask about, in turn. */
    private readonly rows: readonly (readonly number[])[],
  ) {}

  begin(): void {
    this.#clients = Array.from({ length: this.connections }, () => this.#send());
  }

  async end(): Promise<void> {
    this.#isSending = false;
    await Promise.all(this.#clients);
  }

  async #send(): Promise<void> {
    while (this.#isSending) {
      await this.server.up;
      const killedBefore = this.server.killed;
      const features = this.rows[this.requests++ % this.rows.length];
      try {
        const response = await fetch(`${this.server.url}/predict`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ features }),
        });
        await response.arrayBuffer();
        if (!response.ok) this.refused++;
      } catch {
        // Nobody answers requests whose process was killed; any other one that fails is lost.
        if (this.server.killed > killedBefore) this.cutOff++;
        else this.lost++;
      }
    }
  }
}
