import type { LaunchedVersion } from '../../domain/version.js';
import type { HttpUpstream } from '../http-upstream/http-upstream.js';
import { readProcessUsage } from '../runner/process-usage.js';
import type { ProcessFacts } from '../gateway/served-model.js';
import { RunnerState } from '../tensor-model.js';
import type { Answer, Call, Upstream } from '../upstream.js';
import type { SupervisedServer } from './supervised-server.js';

/** An arm whose HTTP server Serin keeps running itself. */
export class LaunchedUpstream implements Upstream {
  readonly address: string;

  constructor(
    readonly version: LaunchedVersion,
    private readonly server: SupervisedServer,
    private readonly http: HttpUpstream,
  ) {
    this.address = http.address;
  }

  isReady(): boolean {
    return this.server.status.state === RunnerState.Ready && this.http.isReady();
  }

  answer(call: Call): Promise<Answer> {
    return this.http.answer(call);
  }

  async facts(): Promise<ProcessFacts> {
    const { state, pid, restarts, lastReason } = this.server.status;
    const usage = pid === undefined ? undefined : await readProcessUsage(pid);
    return {
      state,
      pid,
      restarts,
      lastExit: lastReason,
      residentBytes: usage?.residentBytes,
      cpuSeconds: usage?.cpuSeconds,
      // It has its requests as they come: nothing is queued or put together before it.
      queuedRequests: 0,
      batches: 0,
      batchedRows: 0,
      queue: undefined,
      compute: undefined,
      batchSizes: [],
    };
  }

  /** What is under way finishes before the server is asked to end. */
  async close(): Promise<void> {
    await this.http.close();
    await this.server.close();
  }
}
