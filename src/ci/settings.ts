import type { LoadPlan } from '../gates/loadtest/plan.js';
import type { TaggedImage } from './image-to-build.js';
import type { RolloutFile } from './rollout-file.js';

/** Everything that one run of the pipeline is told. */
export interface CiSettings {
  /** What is built. */
  readonly folder: string;
  /** Relative to the folder; it may lie elsewhere. */
  readonly dockerfile: string;
  /** `NAME=value` for each ARG of the Dockerfile. */
  readonly buildArgs: readonly string[];
  /** The .onnx file, or the folder of a version. */
  readonly model: string;
  /** What it is validated against, likewise: what takes the traffic now. */
  readonly against: string | undefined;
  readonly image: TaggedImage;
  readonly rolloutFile: RolloutFile;
  /** Of the container that is tested; 0: any; undefined: 7011, 7012, or any free one. */
  readonly port: number | undefined;
  /** Until it has to be healthy. */
  readonly deadlineMs: number;
  readonly predictPath: string;
  /** What is sent: a file of requests, or a model. */
  readonly inputs: string;
  readonly load: LoadPlan;
  /** Makes the image the stable one without a canary, where there is no stable one. */
  readonly first: boolean;
  /** So many of the newest canaries stay in the registry; undefined: none is deleted. */
  readonly keepCanaries: number | undefined;
  readonly why: string;
  /** Files that the reports of this run go to. */
  readonly reports: readonly string[];
}
