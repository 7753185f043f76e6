import { beforeAll, expectTypeOf, test } from 'vitest';
import type { CiEngine } from '../../src/ci/ports.js';
import type { ContainerEngine } from '../../src/images/engine/engine.js';
import { findEngine } from '../../src/images/engine/find-engine.js';
import { canRunPodman, PodmanUnderTest } from '../containers/podman-under-test.js';
import { engineConformance } from './engine.js';

test('a pipeline can work with every engine', () => {
  expectTypeOf<ContainerEngine>().toExtend<CiEngine>();
});

if (canRunPodman()) {
  let podman: PodmanUnderTest;
  let engine: ContainerEngine;

  beforeAll(async () => {
    podman = new PodmanUnderTest();
    engine = await findEngine(podman.env);
  });

  engineConformance('podman', () => ({
    engine,
    runByHand: (name, image) => {
      podman.podman('run', '--detach', '--name', name, '--env', 'PORT=0', image);
    },
    close: () => podman.close(),
  }));
} else {
  test.skip('podman is not installed');
}
