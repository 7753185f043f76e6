import { expect } from 'vitest';
import type { Arm } from '../../../src/domain/arm.js';
import type { Observation } from '../../../src/domain/observation.js';
import {
  openNginxLog,
  type NginxLogOptions,
} from '../../../src/observing/nginx-log/open-nginx-log.js';
import type { Source, SourceFinding } from '../../../src/observing/source.js';
import { model, type NginxUnderTest } from './nginx-under-test.js';

/** What an NGINX's log has told. */
export interface WatchedLog {
  readonly source: Source;
  readonly findings: SourceFinding[];
  /** Waits until so many requests were told of. */
  all(requests: number): Promise<Record<Arm, Observation[]>>;
}

export async function watchLog(
  under: NginxUnderTest,
  options: Partial<NginxLogOptions> = {},
): Promise<WatchedLog> {
  const nowMs = (): number => performance.timeOrigin + performance.now();
  const source = openNginxLog(under.nginx.log, {
    ...{ models: [model], nowMs, askEveryMs: 100, lineWithinMs: 500, ...options },
  });
  const findings: SourceFinding[] = [];
  const observed: Record<Arm, Observation[]> = { stable: [], canary: [] };
  await source.start({
    observed: (_, observation) => observed[observation.arm].push(observation),
    found: (_, finding) => findings.push(finding),
  });
  return {
    source,
    findings,
    all: async (requests) => {
      await expect.poll(() => source.counts()['requests'], { timeout: 10_000 }).toBe(requests);
      // What is missing is called lost after half a second, and no sooner.
      const looks = findings.length + 10;
      await expect.poll(() => findings.length, { timeout: 20_000 }).toBeGreaterThan(looks);
      return observed;
    },
  };
}
