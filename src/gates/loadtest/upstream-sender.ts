import { Arm } from '../../domain/arm.js';
import { toSerinError } from '../../domain/errors.js';
import type { RequestId } from '../../domain/ids.js';
import { Protocol, type Call, type Upstream } from '../../serving/upstream.js';
import { isOpenInference } from './inputs/address.js';
import type { AskOnce, Exchange, LoadRequest, Sender, Sending } from './sender.js';

/**
 * Asks an upstream of this process, without a network. A failure is the status that the gateway would
 * answer.
 * @param nowMs the clock of `performance.now()`
 */
export function upstreamAsker(upstream: Pick<Upstream, 'answer'>, nowMs: () => number): AskOnce {
  let sent = 0;
  const callOf = ({ path, headers, body }: LoadRequest): Call => {
    sent += 1;
    return {
      requestId: `loadtest-${sent}` as RequestId,
      arm: Arm.Canary,
      protocol: isOpenInference(path) ? Protocol.OpenInference : Protocol.Predict,
      path,
      headers,
      body: Buffer.from(body),
      arrivedAtMs: nowMs(),
    };
  };
  return async (request) => {
    try {
      const { status, body } = await upstream.answer(callOf(request));
      return { status, body: body.toString() };
    } catch (thrown) {
      const error = toSerinError(thrown);
      return { status: error.status, body: JSON.stringify(error.toBody()) };
    }
  };
}

const nothing: LoadRequest = { method: 'POST', path: '', headers: {}, body: '' };

/** Sends to an upstream of this process: how a version is tested before any router knows it. */
export class UpstreamSender implements Sender {
  readonly #ask: AskOnce;

  constructor(
    upstream: Pick<Upstream, 'answer'>,
    private readonly requests: readonly LoadRequest[],
    private readonly nowMs: () => number,
  ) {
    this.#ask = upstreamAsker(upstream, nowMs);
  }

  send(index: number, onEnd: (exchange: Exchange) => void): Sending {
    const sentAtMs = this.nowMs();
    let cancelled = false;
    void this.#ask(this.requests[index] ?? nothing).then((answer) => {
      if (!cancelled) onEnd({ kind: 'answer', ...answer, sentAtMs, endedAtMs: this.nowMs() });
    });
    return { sentAtMs, cancel: () => (cancelled = true) };
  }

  close(): void {
    // The upstream is whose it was before.
  }
}
