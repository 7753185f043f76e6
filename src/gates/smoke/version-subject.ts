import type { RequestId } from '../../domain/ids.js';
import type { OnnxVersion } from '../../domain/version.js';
import { toSerinError } from '../../domain/errors.js';
import { Arm } from '../../domain/arm.js';
import { launcher } from '../../serving/launch-arm.js';
import type { ServedArm } from '../../serving/gateway/served-model.js';
import { Protocol } from '../../serving/upstream.js';
import type { LoadRequest, SingleAnswer } from '../loadtest/sender.js';
import { LogTail } from './log-tail.js';
import { NotReady, type SmokeSubject } from './subject.js';

/** A version in a runner process of its own, as `serin serve` would start it. */
export class VersionSubject implements SmokeSubject {
  readonly path: string;
  readonly #tail = new LogTail();
  #arm: ServedArm | undefined;

  /** @param runnerMemoryBytes of its process, at most; undefined: no limit */
  constructor(
    private readonly version: OnnxVersion,
    private readonly runnerMemoryBytes?: number,
  ) {
    this.path = `/v2/models/${version.model}/infer`;
  }

  get name(): string {
    return `${this.version.model}/${this.version.version}`;
  }

  async start(deadlineMs: number): Promise<void> {
    const { runnerMemoryBytes } = this;
    const settings = {
      requestTimeoutMs: deadlineMs,
      startDeadlineMs: deadlineMs,
      runnerMemoryBytes,
    };
    const log = (message: string, fields: Readonly<Record<string, unknown>>): void => {
      // That it became ready, and was closed, is no news.
      const { line, lastReason } = fields;
      const said = typeof line === 'string' ? line : lastReason;
      if (typeof said === 'string')
        this.#tail.add(typeof line === 'string' ? said : `${message}: ${said}`);
    };
    try {
      this.#arm = await launcher(settings, Math.random, log)(this.version);
    } catch (thrown) {
      throw new NotReady(toSerinError(thrown).message, true);
    }
  }

  async ask({ path, headers, body }: LoadRequest, timeoutMs: number): Promise<SingleAnswer> {
    if (this.#arm === undefined) throw new NotReady('it was not started', true);
    const call = {
      requestId: 'smoke' as RequestId,
      arm: Arm.Canary,
      protocol: Protocol.OpenInference,
      path,
      headers,
      body: Buffer.from(body),
      arrivedAtMs: performance.now(),
    };
    const answer = await Promise.race([this.#arm.upstream.answer(call), timeout(timeoutMs)]);
    return { status: answer.status, body: answer.body.toString() };
  }

  log(): readonly string[] {
    return this.#tail.lines();
  }

  async stop(): Promise<void> {
    await this.#arm?.upstream.close();
  }
}

function timeout(ms: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), ms).unref();
  });
}
