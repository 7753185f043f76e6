import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SessionStore } from '../store/sessions.js';

const longestMs = 12 * 60 * 60 * 1000;

/** Who signs in again and again, signs out the oldest. */
const mostSessions = 1000;

/**
 * The sessions of browsers; they outlive a restart of the server, and end when the admin token is
 * another one. Ids are 256 random bits. What is kept is their digest with the admin token, so that
 * looking one up tells no time, and who reads the store has no session.
 */
export class Sessions {
  /** @param adminToken undefined: nobody can sign in, and nobody is */
  constructor(
    private readonly wallMs: () => number,
    private readonly store: SessionStore,
    private readonly adminToken: string | undefined,
  ) {}

  /** How long a session lasts, in seconds. */
  static readonly longestSeconds = longestMs / 1000;

  /** Begins one. The id belongs into a cookie, the token into the page. @throws SerinError `store-failed` */
  start(): { readonly id: string; readonly csrfToken: string } {
    const id = randomBytes(32).toString('base64url');
    const digest = this.#digestOf(id);
    if (digest !== undefined) this.store.save(digest, this.wallMs() + longestMs);
    this.store.forget(this.wallMs(), mostSessions);
    return { id, csrfToken: csrfTokenOf(id) };
  }

  /** The token of a session that goes on; undefined where there is none of this id. @throws SerinError `store-failed` */
  csrfTokenOf(id: string | undefined): string | undefined {
    const digest = this.#digestOf(id);
    const endsAtMs = digest === undefined ? undefined : this.store.endOf(digest);
    if (id === undefined || endsAtMs === undefined || endsAtMs <= this.wallMs()) return undefined;
    return csrfTokenOf(id);
  }

  /** Also for who kept the cookie, and after a restart. @throws SerinError `store-failed` */
  end(id: string | undefined): void {
    const digest = this.#digestOf(id);
    if (digest !== undefined) this.store.remove(digest);
  }

  #digestOf(id: string | undefined): string | undefined {
    if (id === undefined || this.adminToken === undefined) return undefined;
    return createHmac('sha256', this.adminToken).update(id).digest('base64url');
  }
}

/** Only who has the id, which no script can read, or was given this by the server knows it. */
function csrfTokenOf(id: string): string {
  return createHmac('sha256', id).update('serin-csrf').digest('base64url');
}

/** Compares secrets by their digests, which have one length: the time taken tells nothing. */
export function isSameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(given)), Buffer.from(digestOf(wanted)));
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
