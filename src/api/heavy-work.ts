import type { FastifyInstance, FastifyReply } from 'fastify';
import { SerinError } from '../domain/errors.js';
import { InTurn } from '../rollout/in-turn.js';

/** So many wait while one goes on. */
const mostWaiting = 4;

/**
 * Work that needs processes and memory of its own, for people who wait for it: one at a time, so that
 * the models that answer users keep the machine.
 */
export class HeavyWork {
  readonly #turns = new InTurn<'work'>();
  readonly #underWay = new Set<AbortController>();
  #isClosing = false;

  constructor(app: FastifyInstance) {
    // A server that closes waits for its answers; these could take minutes.
    app.addHook('preClose', (done) => {
      this.#isClosing = true;
      for (const ending of this.#underWay) ending.abort(new SerinError('overloaded'));
      done();
    });
  }

  /**
   * Does the work when its turn comes; ends it when the client goes or the server stops.
   * @throws SerinError `overloaded` where too many wait; whatever the work throws
   */
  async run<T>(reply: FastifyReply, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#underWay.size > mostWaiting) {
      throw new SerinError('overloaded', {
        expected: `at most ${mostWaiting} that wait for an examination`,
        found: `${this.#underWay.size}`,
      });
    }
    if (this.#isClosing) throw new SerinError('overloaded', { found: 'a server that stops' });
    const ending = new AbortController();
    const end = (): void => ending.abort(new SerinError('request-timeout'));
    this.#underWay.add(ending);
    reply.raw.on('close', end);
    // Whoever was gone by now is not told of again.
    if (reply.request.raw.socket.destroyed) end();
    try {
      return await this.#turns.run('work', () => {
        ending.signal.throwIfAborted();
        return work(ending.signal);
      });
    } finally {
      reply.raw.off('close', end);
      this.#underWay.delete(ending);
    }
  }
}
