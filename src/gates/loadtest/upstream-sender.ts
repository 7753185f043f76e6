import { Arm } from '../../domain/arm.js';
import { toSerinError } from '../../domain/errors.js';
import type { RequestId } from '../../domain/ids.js';
import { Protocol, type Call, type Upstream } from '../../serving/upstream.js';
import { isOpenInference } from './inputs/address.js';
import type { Exchange, LoadRequest, Sender, Sending } from './sender.js';

/**
 * Sends to an upstream of this process, without a network: how a version is tested before any router
 * knows it. A failure is the status that the gateway would answer.
 */
export class UpstreamSender implements Sender {
  #sent = 0;

  constructor(
    private readonly upstream: Pick<Upstream, 'answer'>,
    private readonly requests: readonly LoadRequest[],
    private readonly nowMs: () => number,
  ) {}

  send(index: number, onEnd: (exchange: Exchange) => void): Sending {
    const sentAtMs = this.nowMs();
    let cancelled = false;
    void this.#answer(index, sentAtMs).then((answer) => {
      if (!cancelled) onEnd({ kind: 'answer', ...answer, sentAtMs, endedAtMs: this.nowMs() });
    });
    return { sentAtMs, cancel: () => (cancelled = true) };
  }

  close(): void {
    // The upstream is whose it was before.
  }

  async #answer(index: number, sentAtMs: number): Promise<{ status: number; body: string }> {
    try {
      const { status, body } = await this.upstream.answer(this.#call(index, sentAtMs));
      return { status, body: body.toString() };
    } catch (thrown) {
      const error = toSerinError(thrown);
      return { status: error.status, body: JSON.stringify(error.toBody()) };
    }
  }

  #call(index: number, arrivedAtMs: number): Call {
    const { path = '', headers = {}, body = '' } = this.requests[index] ?? {};
    this.#sent += 1;
    return {
      requestId: `loadtest-${this.#sent}` as RequestId,
      arm: Arm.Canary,
      protocol: isOpenInference(path) ? Protocol.OpenInference : Protocol.Predict,
      path,
      headers,
      body: Buffer.from(body),
      arrivedAtMs,
    };
  }
}
