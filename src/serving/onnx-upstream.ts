import { performance } from 'node:perf_hooks';
import { SerinError } from '../domain/errors.js';
import type { Tensor } from '../domain/tensor.js';
import type { OnnxVersion } from '../domain/version.js';
import type { FaultInjector } from './faults.js';
import { codecFor, type DecodedCall } from './protocols/codec.js';
import { findNonFinite } from './protocols/non-finite.js';
import { predictionOf } from './protocols/prediction.js';
import type { TensorModel } from './tensor-model.js';
import { UnderWay } from './under-way.js';
import type { Answer, Call, Upstream } from './upstream.js';

/** A runner behind its batcher, as far as answering needs it. */
export interface LoadedModel extends TensorModel {
  isReady(): boolean;
  close(): Promise<void>;
}

/** An arm that a runner process answers for. */
export class OnnxUpstream implements Upstream {
  readonly #underWay = new UnderWay();

  /** @param requestTimeoutMs for an answer; so long closing waits for what is under way, at most */
  constructor(
    readonly version: OnnxVersion,
    readonly model: LoadedModel,
    private readonly faults: FaultInjector,
    private readonly requestTimeoutMs: number,
  ) {}

  isReady(): boolean {
    return this.model.isReady();
  }

  async answer(call: Call): Promise<Answer> {
    // Nobody waits for a copy, and closing does not either.
    const isWaitedFor = call.isCopy !== true;
    if (isWaitedFor) this.#underWay.begin();
    try {
      const decoded = codecFor(call.protocol).decode(call.body, call.headers, this.version);
      if (!this.faults.isIdle) await this.faults.beforeAnswer(this.requestTimeoutMs);
      const outputs = await this.model.infer(decoded.inputs);
      return this.#toAnswer(call, decoded, outputs);
    } finally {
      if (isWaitedFor) this.#underWay.end();
    }
  }

  async close(): Promise<void> {
    await this.#underWay.drained(this.requestTimeoutMs);
    await this.model.close();
  }

  #toAnswer(call: Call, decoded: DecodedCall, inferred: readonly Tensor[]): Answer {
    const { faults, version } = this;
    const outputs = faults.isIdle ? inferred : faults.distort(inferred, version.prediction);
    const nonFinite = findNonFinite(outputs);
    if (nonFinite !== undefined) {
      throw new SerinError('output-not-finite', {
        expected: `finite numbers in output ${nonFinite.output}`,
        found: `NaN or an infinity in row ${nonFinite.row + 1}`,
        fields: { inputsAreFinite: findNonFinite(decoded.inputs) === undefined },
      });
    }
    const prediction = predictionOf(outputs, version.prediction);
    const encoded = codecFor(call.protocol).encode(outputs, decoded, {
      version,
      arm: call.arm,
      requestId: call.requestId,
      latencyMs: performance.now() - call.arrivedAtMs,
    });
    return {
      status: 200,
      headers: encoded.headers,
      body: encoded.body,
      rows: decoded.rows,
      prediction,
      tensors: { inputs: decoded.inputs, outputs },
    };
  }
}
