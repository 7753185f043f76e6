import type { OnnxVersion } from '../../domain/version.js';
import type { ValidateWishes } from '../../rollout/strategy/gate-wishes.js';
import type { Report } from '../report/report.js';
import type { Progress } from '../validate/checklist.js';
import { modelOfVersion } from '../validate/locate-model.js';
import type { StartModelProcess } from '../validate/model-process.js';
import { validateModel } from '../validate/validate-model.js';

export interface VersionToValidate {
  readonly candidate: OnnxVersion;
  readonly against: OnnxVersion | undefined;
  /** What counts before what its model.yaml says. */
  readonly wishes: ValidateWishes;
  readonly start: StartModelProcess;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Examines a version of the model repository. @throws whatever `signal` aborts with */
export function validateVersion({
  candidate,
  against,
  wishes: { profile, seed, ...expectations },
  start,
  signal,
  onProgress,
}: VersionToValidate): Promise<Report> {
  return validateModel({
    candidate: modelOfVersion(candidate),
    against: against === undefined ? undefined : modelOfVersion(against),
    expectations,
    profile,
    seed,
    start,
    signal,
    onProgress,
  });
}
