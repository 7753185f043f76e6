import type { Static } from 'typebox';
import type { Disagreement } from '../../observing/disagreements.js';
import type { DisagreementBody } from '../contract/rollouts.js';
import { iso } from './summary.js';

/** One example of answers that differ; without payloads, where they are not kept. */
export function disagreementBody({
  requestId,
  atMs,
  difference,
  payload,
}: Disagreement): Static<typeof DisagreementBody> {
  return {
    request_id: requestId,
    at: iso(atMs),
    difference: difference?.absolute ?? null,
    input: payload?.inputs ?? null,
    stable: payload?.stable ?? null,
    canary: payload?.canary ?? null,
  };
}
