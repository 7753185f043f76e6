import { SerinError } from '../../domain/errors.js';
import { postJson, shownAddress } from '../../outgoing/post-json.js';
import type { EffectId } from '../../rollout/machine/events.js';
import type { GateAnswer, OfRollout } from '../../rollout/ports.js';
import type { Gate } from '../../rollout/strategy/gate.js';
import { gateSubject } from './gate-subject.js';
import { inSeconds, shortened } from './reason.js';

/**
 * Asks a webhook whether a rollout may go on. An answer that is not understood is a no.
 * @throws SerinError `gate-unreachable` when it could not be asked: not there, overloaded, 5xx, or
 * stopped by `signal`
 */
export async function askWebhook(
  of: OfRollout,
  { url, timeoutMs }: Extract<Gate, { kind: 'webhook' }>,
  effect: EffectId,
  signal: AbortSignal,
): Promise<GateAnswer> {
  const reply = await postJson(url, gateSubject(of), {
    headers: { 'idempotency-key': effect },
    timeoutMs,
    signal,
  });
  const from = shownAddress(url);
  switch (reply.kind) {
    case 'timed-out':
      return { passed: false, reason: `${from} did not answer within ${inSeconds(timeoutMs)}` };
    case 'unreachable':
      throw unreachable(`an answer from ${from}`, reply.reason);
    case 'answered':
      if (mayAnswerLater(reply.status)) {
        throw unreachable(`an answer under 500 from ${from}`, `status ${reply.status}`);
      }
      return reply.status < 300
        ? readAnswer(reply.text, from)
        : { passed: false, reason: refusal(reply.status, reply.text, from) };
  }
}

function readAnswer(text: string, from: string): GateAnswer {
  if (text === '') return { passed: true, reason: `${from} passed it` };
  const { passed, reason } = fieldsOf(text);
  if (typeof passed !== 'boolean') {
    const found = shortened(text);
    return { passed: false, reason: `${from} did not say whether it passed: ${found}` };
  }
  if (typeof reason === 'string' && reason.trim() !== '') {
    return { passed, reason: shortened(reason) };
  }
  return { passed, reason: `${from} ${passed ? 'passed' : 'refused'} it` };
}

function refusal(status: number, text: string, from: string): string {
  if (status < 400) return `${from} redirects (status ${status}), which is not followed`;
  const { reason } = fieldsOf(text);
  const said = shortened(typeof reason === 'string' ? reason : text);
  return `${from} refused with status ${status}${said === '' ? '' : `: ${said}`}`;
}

function fieldsOf(text: string): { readonly passed?: unknown; readonly reason?: unknown } {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    // Plain text, or a page: the caller quotes it.
    return {};
  }
}

/** Overload, and a request that took too long (RFC 9110, 15.5.9; RFC 6585, 4), pass. */
function mayAnswerLater(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function unreachable(expected: string, found: string): SerinError {
  return new SerinError('gate-unreachable', { expected, found });
}
