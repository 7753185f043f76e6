import { join } from 'node:path';
import { freePort } from '../../../src/ci/free-port.js';
import type { TaggedImage } from '../../../src/ci/image-to-build.js';
import type { CiEngine } from '../../../src/ci/ports.js';
import { readRolloutFile } from '../../../src/ci/rollout-file.js';
import { runStages, type StageReport } from '../../../src/ci/run-stages.js';
import { StateFile } from '../../../src/ci/state/state-file.js';
import type { Repository } from '../../../src/images/registry/registry.js';
import { startModelProcess } from '../../../src/serving/start-model-process.js';
import { FakeRollouts } from './fake-rollouts.js';

/** The stages `build` and `push` of a folder, as another process: only their state file is kept. */
export function buildAndPush({
  folder,
  dockerfile = 'Dockerfile',
  buildArgs = [],
  image,
  engine,
  repository,
}: {
  readonly folder: string;
  readonly dockerfile?: string;
  readonly buildArgs?: readonly string[];
  readonly image: TaggedImage;
  readonly engine: CiEngine;
  readonly repository: Repository;
}): Promise<readonly StageReport[]> {
  const model = join(folder, 'model.onnx');
  const nothing = (): void => undefined;
  return runStages(['build', 'push'], {
    settings: {
      ...{ folder, dockerfile, buildArgs, model, against: undefined, image },
      rolloutFile: readRolloutFile('model: m\ncanary: { image: nothing }\n', 'serin.yaml'),
      ...{ port: 0, deadlineMs: 1_000, predictPath: '/predict', inputs: model },
      load: {
        load: { kind: 'closed', users: 1, spawnPerSecond: 1, thinkMs: { from: 1, to: 1 } },
        ...{ warmUpMs: 0, durationMs: 500, timeoutMs: 1_000, thresholds: [] },
        ...{ stopEarly: true, seed: 1 },
      },
      ...{ first: true, keepCanaries: undefined, why: 'a test', reports: [] },
    },
    ports: {
      engine: () => Promise.resolve(engine),
      repository: () => Promise.resolve(repository),
      rollouts: new FakeRollouts(),
      ...{ startModelProcess, freePort, wallMs: Date.now },
    },
    state: new StateFile(folder),
    progress: { say: nothing, load: nothing },
    signal: new AbortController().signal,
    onBegin: nothing,
    onEnd: nothing,
  });
}
