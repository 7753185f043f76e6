import type { ArmStatistics } from '../observing/arm-statistics.js';
import type { ServedModel, TimedRequests } from '../serving/gateway/served-model.js';

/** One version's statistics in the form of the Open Inference statistics extension. */
export async function inferenceStatistics(
  page: ArmStatistics,
  model: ServedModel,
): Promise<object> {
  const served = model.arm(page.arm);
  const isThisVersion = served?.upstream.version.version === page.version;
  const facts = isThisVersion ? await served.process?.() : undefined;
  return {
    name: page.model,
    version: page.version,
    arm: page.arm,
    last_inference: Math.round(page.lastRequestAtMs),
    inference_count: page.rows,
    execution_count: facts?.batches ?? 0,
    inference_stats: {
      success: durationOf(page.latencySeconds.count, page.latencySeconds.sum),
      fail: durationOf(page.failureCount, page.failureSeconds),
      ...measured('queue', facts?.queue),
      ...measured('compute_infer', facts?.compute),
    },
  };
}

/** Only what was measured: an HTTP server that is an arm keeps its times to itself. */
function measured(name: string, timed: TimedRequests | undefined): object {
  return timed === undefined ? {} : { [name]: durationOf(timed.count, timed.seconds) };
}

function durationOf(count: number, seconds: number): { count: number; ns: number } {
  return { count, ns: Math.round(seconds * 1e9) };
}
