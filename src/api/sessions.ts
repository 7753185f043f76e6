import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** One person who signed in with the admin token. */
interface Session {
  readonly csrfToken: string;
  readonly endsAtMs: number;
}

const longestMs = 12 * 60 * 60 * 1000;

/** Who signs in again and again, signs out the oldest. */
const mostSessions = 1000;

/**
 * The sessions of browsers. They live in memory: a restart of the server ends them all. Ids and
 * tokens are 256 random bits; the id is kept as its digest, so that looking it up tells no time.
 */
export class Sessions {
  readonly #open = new Map<string, Session>();

  constructor(private readonly wallMs: () => number) {}

  /** How long a session lasts, in seconds. */
  static readonly longestSeconds = longestMs / 1000;

  /** Begins one. The id belongs into a cookie, the token into the page. */
  start(): { readonly id: string; readonly csrfToken: string } {
    this.#forgetOld();
    const id = randomBytes(32).toString('base64url');
    const csrfToken = randomBytes(32).toString('base64url');
    this.#open.set(digestOf(id), { csrfToken, endsAtMs: this.wallMs() + longestMs });
    return { id, csrfToken };
  }

  /** The token of a session that goes on; undefined where there is none of this id. */
  csrfTokenOf(id: string | undefined): string | undefined {
    const session = id === undefined ? undefined : this.#open.get(digestOf(id));
    return session === undefined || session.endsAtMs <= this.wallMs()
      ? undefined
      : session.csrfToken;
  }

  end(id: string | undefined): void {
    if (id !== undefined) this.#open.delete(digestOf(id));
  }

  #forgetOld(): void {
    for (const [id, { endsAtMs }] of this.#open) {
      if (endsAtMs <= this.wallMs() || this.#open.size >= mostSessions) this.#open.delete(id);
    }
  }
}

/** Compares secrets by their digests, which have one length: the time taken tells nothing. */
export function isSameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(given)), Buffer.from(digestOf(wanted)));
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
