import type { ServerContext } from './context.js';
import { modelStatuses } from './model-status.js';
import type { Follower } from './rollouts/follow.js';

/** Requests and latencies count all the time; a person reads no faster than this. */
const everyMs = 2_000;

/**
 * Tells clients how all models stand: at once, and again whenever that has changed, as `models`. It
 * has no ids, as each message is all there is to know. However many listen, the server looks once.
 */
export class ModelNews {
  /** What each client was told last. */
  readonly #told = new Map<Follower, string>();
  #isLooking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly context: ServerContext) {}

  tell(follower: Follower): void {
    this.#told.set(follower, '');
    follower.onClose(() => {
      this.#told.delete(follower);
      if (this.#told.size === 0) clearTimeout(this.#timer);
    });
    if (!this.#isLooking) void this.#look();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isLooking = true;
    try {
      const models = await modelStatuses(this.context);
      const text = JSON.stringify(models);
      for (const [follower, before] of this.#told) {
        if (before !== text) follower.send('models', { models });
        this.#told.set(follower, text);
      }
    } catch {
      // They come back, and `GET /api/v1/models` tells whoever asks what is wrong.
      for (const follower of this.#told.keys()) follower.end();
    }
    this.#isLooking = false;
    if (this.#told.size > 0) this.#timer = setTimeout(() => void this.#look(), everyMs);
  }
}
