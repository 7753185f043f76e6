import { signal } from '@preact/signals';
import type { SessionBody } from '../../src/api/contract/session.js';

/** Whether this server wants a token, and has it; undefined until it was asked. */
export const session = signal<SessionBody | undefined>(undefined);

export function csrfToken(): string | undefined {
  return session.value?.csrf_token ?? undefined;
}
