import { performance } from 'node:perf_hooks';
import type { Tensor } from '../../domain/tensor.js';
import type { OnnxVersion } from '../../domain/version.js';
import { Batcher } from '../batcher.js';
import type { ProcessFacts } from '../gateway/served-model.js';
import type { LoadedModel } from '../onnx-upstream.js';
import { RunnerState } from '../tensor-model.js';
import { refuseChangedVersion, type DigestOf } from './refuse-changed-version.js';
import { Supervisor } from './supervisor.js';
import { madeUpInputs } from './warm-up.js';

export interface RunnerSettings {
  readonly requestTimeoutMs: number;
  /**
   * Resident memory of one runner at most; undefined: no limit. What `serin serve` has by default
   * is `defaultRunnerMemoryBytes()`.
   */
  readonly runnerMemoryBytes: number | undefined;
  readonly startDeadlineMs: number;
}

/** The first requests of a connection are slower than all others; so many are ours. */
const warmUpRequests = 100;
const longestWarmUpMs = 1_000;

/**
 * Starts a supervised runner for a version, with its batcher, and resolves when it is warm.
 * @throws SerinError `model-load-failed`
 */
export async function launchRunner(
  version: OnnxVersion,
  settings: RunnerSettings,
  random: () => number,
  log: (message: string, fields: Readonly<Record<string, unknown>>) => void,
  digestOf: DigestOf,
): Promise<LaunchedRunner> {
  const facts = { model: version.model, version: version.version };
  const { requestTimeoutMs, startDeadlineMs, runnerMemoryBytes } = settings;
  const supervisor = new Supervisor({
    ...facts,
    file: version.file,
    maxBatchSize: version.batching.maxBatchSize,
    requestTimeoutMs,
    startDeadlineMs,
    ...(runnerMemoryBytes === undefined ? {} : { memoryLimitBytes: runnerMemoryBytes }),
    random,
    verify: () => refuseChangedVersion(version, digestOf),
    onLog: (line) => log('runner says', { ...facts, line }),
    onChange: (status) => log('runner changed', { ...facts, ...status }),
  });
  try {
    await supervisor.start();
  } catch (thrown) {
    await supervisor.close();
    throw thrown;
  }
  const runner = new LaunchedRunner(version, supervisor, requestTimeoutMs);
  await runner.warmUp();
  return runner;
}

/** A runner that is kept running, behind its batcher. */
class LaunchedRunner implements LoadedModel {
  readonly #batcher: Batcher;

  constructor(
    private readonly version: OnnxVersion,
    private readonly supervisor: Supervisor,
    requestTimeoutMs: number,
  ) {
    const { signature, batching } = version;
    this.#batcher = new Batcher(supervisor, { signature, batching, requestTimeoutMs });
  }

  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    return this.#batcher.infer(inputs);
  }

  isReady(): boolean {
    return this.supervisor.status.state === RunnerState.Ready;
  }

  /** Ends the process as a crash would. */
  crash(): void {
    this.supervisor.kill();
  }

  /** Has the process leak memory; one that is started after a crash does not. */
  leak(mebibytesPerSecond: number): void {
    this.supervisor.leak(mebibytesPerSecond);
  }

  async facts(): Promise<ProcessFacts> {
    const { state, pid, restarts, lastReason } = this.supervisor.status;
    const usage = await this.supervisor.usage();
    const { queuedRequests, sizes, batches, rows, queue, compute } = this.#batcher.stats();
    return {
      state,
      pid,
      restarts,
      lastExit: lastReason,
      residentBytes: usage?.residentBytes,
      cpuSeconds: usage?.cpuSeconds,
      queuedRequests,
      batches,
      batchedRows: rows,
      queue: { count: queue.count, seconds: queue.ms / 1000 },
      compute: { count: compute.count, seconds: compute.ms / 1000 },
      batchSizes: sizes.map(({ upTo, batches: count }) => ({ upTo, count })),
    };
  }

  close(): Promise<void> {
    return this.supervisor.close();
  }

  /** Predicts on made-up rows, all the way through batcher, socket and process. */
  async warmUp(): Promise<void> {
    const inputs = madeUpInputs(this.version.signature, 1);
    if (inputs === undefined) return;
    const startedAtMs = performance.now();
    for (let i = 0; i < warmUpRequests; i += 1) {
      if (performance.now() - startedAtMs > longestWarmUpMs) return;
      try {
        await this.supervisor.infer(inputs);
      } catch {
        // A model may refuse made-up rows and take real ones. A process that died is started again,
        // and until then the arm is not ready: that shows without us.
        return;
      }
    }
  }
}
