import path from 'node:path';
import { commitOf } from '../../ci/commit.js';
import { dockerfileOf } from '../../ci/dockerfile.js';
import { imageToBuild } from '../../ci/image-to-build.js';
import { readRolloutFile } from '../../ci/rollout-file.js';
import type { CiSettings } from '../../ci/settings.js';
import { planOf } from '../loadtest/loadtest-options.js';
import { readTextFile } from '../read-text-file.js';
import type { CiOptions } from './ci-options.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Not counted by the load test. */
const warmUpMs = 2_000;
const answerWithinMs = 10_000;

/**
 * What the options say, with what is left out filled in.
 * @throws SerinError `usage`, `image-name-invalid`, `ci-rollout-file-unfit`
 */
export async function settingsOf(options: CiOptions, env: Environment): Promise<CiSettings> {
  const {
    folder,
    file,
    buildArg: buildArgs = [],
    image: given,
    port,
    deadline,
    path: predictPath,
  } = options;
  const { first = false, keep, why, rollout, junit, markdown } = options;
  const rolloutFile = readRolloutFile(readTextFile(rollout), rollout);
  const commit = await commitOf(folder, env);
  const { canaryImage } = rolloutFile;
  const model = options.model ?? path.join(folder, 'model.onnx');
  return {
    folder,
    dockerfile: dockerfileOf(folder, file),
    buildArgs,
    model,
    against: options.against,
    image: imageToBuild({ given, env, canaryImage, commit }),
    rolloutFile,
    port,
    deadlineMs: deadline,
    predictPath,
    inputs: options.inputs ?? model,
    load: loadOf(options),
    first,
    keepCanaries: keep,
    why: why ?? (commit === undefined ? 'serin ci' : `serin ci of ${commit.slice(0, 12)}`),
    reports: [junit, markdown].filter((file) => file !== undefined),
  };
}

function loadOf(options: CiOptions): CiSettings['load'] {
  const { users, spawnRate, rate, duration, threshold } = options;
  return planOf({
    ...(users === undefined ? {} : { users }),
    ...(spawnRate === undefined ? {} : { spawnRate }),
    ...(rate === undefined ? {} : { rate }),
    ...(threshold === undefined ? {} : { threshold }),
    duration,
    warmUp: Math.min(warmUpMs, duration),
    timeout: answerWithinMs,
    earlyStop: true,
    seed: 1,
  });
}
