import type { ModelName, VersionName } from '../domain/ids.js';
import type { RolloutId } from '../domain/rollout-id.js';
import type { Report } from '../gates/report/report.js';
import type { ArtefactRef } from '../rollout/strategy/strategy.js';
import type { ServerContext } from './context.js';
import type { VersionReports } from './contract/report.js';
import { reportBody } from './report-body.js';
import { RolloutHistories } from './rollouts/histories.js';
import { versionName } from './rollouts/summary.js';

type ReportOfVersion = VersionReports['reports'][number];

/** Older rollouts are not looked through: what they measured is of another time. */
const mostRollouts = 200;

/** What the gates of rollouts said of the versions that they tried. */
export class ReportsOfVersions {
  readonly #histories: RolloutHistories;

  constructor(private readonly context: ServerContext) {
    this.#histories = new RolloutHistories(context.rollouts.controller);
  }

  /** The newest of each gate. @throws SerinError `store-failed` */
  async of(model: ModelName, version: VersionName): Promise<ReportOfVersion[]> {
    const { rollouts, gateReports } = this.context;
    const digest = await this.#digestOf(model, version);
    const newest = new Map<string, ReportOfVersion>();
    const heads = await rollouts.controller.list();
    const ofModel = heads.filter((head) => head.model === model).slice(0, mostRollouts);
    for (const { rolloutId } of ofModel) {
      const kept = gateReports.read(rolloutId);
      if (kept.size === 0) continue;
      const canary = await this.#canaryOf(rolloutId);
      if (canary === undefined || versionName(canary) !== version) continue;
      for (const [gate, text] of kept) {
        if (newest.has(gate)) continue;
        // Written by this program, as JSON of a report.
        const report = reportBody(JSON.parse(text) as Report);
        newest.set(gate, {
          rollout: rolloutId,
          address: `/api/v1/rollouts/${rolloutId}/reports/${gate}`,
          other_file: isOtherFile(canary, digest),
          report,
        });
      }
    }
    return [...newest.values()];
  }

  /** Undefined where the log cannot be read: that is warned of at start. */
  async #canaryOf(rollout: RolloutId): Promise<ArtefactRef | undefined> {
    const history = await this.#histories.of(rollout).catch(() => undefined);
    return history?.[0].after.strategy.canary;
  }

  /** Undefined where there is no file that can be read: the page says why beside it. */
  async #digestOf(model: ModelName, version: VersionName): Promise<string | undefined> {
    const { versions } = this.context;
    const listed = (await versions.list()).find((entry) => entry.model === model)?.versions ?? [];
    // A version that an HTTP server answers for is in no repository.
    if (!listed.includes(version)) return undefined;
    const found = await versions.load(model, version).catch(() => undefined);
    return found?.kind === 'onnx' ? found.digest : undefined;
  }
}

function isOtherFile(canary: ArtefactRef, digest: string | undefined): boolean {
  if (canary.kind !== 'path' || canary.digest === undefined) return false;
  return digest !== undefined && canary.digest !== digest;
}
