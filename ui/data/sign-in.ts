import type { SessionBody } from '../../src/api/contract/session.js';
import { ask, tell } from './ask.js';
import { session } from './session.js';

const path = 'api/v1/session';

/** Trades the admin token for a cookie that no script can read. @throws Refusal `unauthorized` */
export async function signIn(token: string): Promise<void> {
  session.value = await tell<SessionBody>(path, { token });
}

export async function signOut(): Promise<void> {
  session.value = await tell<SessionBody>(path, {}, 'DELETE');
}

/** Asks how the session stands. @throws TypeError when the server cannot be reached */
export async function readSession(timeoutMs: number): Promise<SessionBody> {
  return ask<SessionBody>(path, { signal: AbortSignal.timeout(timeoutMs) });
}
