import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { freePort } from '../../../src/ci/free-port.js';
import { readRolloutFile } from '../../../src/ci/rollout-file.js';
import { runStages, type StageReport } from '../../../src/ci/run-stages.js';
import type { CiSettings } from '../../../src/ci/settings.js';
import { stageNames, type StageName } from '../../../src/ci/state/state.js';
import { StateFile, stateFolder } from '../../../src/ci/state/state-file.js';
import { parseThreshold } from '../../../src/gates/loadtest/thresholds/parse-threshold.js';
import { openRepository, type Repository } from '../../../src/images/registry/registry.js';
import { readStableTags } from '../../../src/images/registry/stable-tags.js';
import { startModelProcess } from '../../../src/serving/start-model-process.js';
import { logisticModel } from '../../onnx/models.js';
import { newFolder } from '../running-server.js';
import { RegistryUnderTest } from '../registry/registry-under-test.js';
import { FakeEngine, type FakeApp } from './fake-engine.js';
import { FakeRollouts } from './fake-rollouts.js';

/**
 * The pipeline with a real registry, and fakes of the engine and the server. For each test there is a
 * new folder, in which the model has been validated.
 */
export class PipelineUnderTest {
  folder!: string;
  engine!: FakeEngine;
  rollouts!: FakeRollouts;
  repository!: Repository;
  settings!: CiSettings;
  registry!: RegistryUnderTest;
  /** Where the model was validated once, for all tests of a file. */
  readonly #validated = newFolder();
  #testsRun = 0;

  /** To be made at the top of a test file. */
  constructor() {
    beforeAll(async () => {
      this.registry = await RegistryUnderTest.start();
      mkdirSync(this.#model);
      writeFileSync(join(this.#model, 'model.onnx'), logisticModel());
      await this.#begin(this.#validated);
      expect(statuses(await this.run(['validate']))).toBe('validate passed');
    });
    beforeEach(async () => {
      const folder = newFolder();
      cpSync(join(this.#validated, stateFolder), join(folder, stateFolder), { recursive: true });
      await this.#begin(folder);
    });
    afterEach(() => expect(this.engine.isIdle).toBe(true));
    afterAll(() => this.registry.vanish());
  }

  writeApp(app: FakeApp): void {
    writeFileSync(join(this.folder, 'app.json'), JSON.stringify(app));
  }

  /** Another process each time: only the state file is left of the last one. */
  run(
    names: readonly StageName[] = stageNames,
    changes: Partial<CiSettings> = {},
    signal = new AbortController().signal,
  ): Promise<readonly StageReport[]> {
    const nothing = (): void => undefined;
    return runStages(names, {
      settings: { ...this.settings, ...changes },
      ports: {
        engine: () => Promise.resolve(this.engine),
        repository: () => Promise.resolve(this.repository),
        rollouts: this.rollouts,
        ...{ startModelProcess, freePort, wallMs: Date.now },
      },
      state: new StateFile(this.folder),
      progress: { say: nothing, load: nothing },
      signal,
      onBegin: nothing,
      onEnd: nothing,
    });
  }

  async runInterruptedInCanary(): Promise<void> {
    const interrupt = new AbortController();
    this.rollouts.onFollow = () => interrupt.abort();
    await expect(this.run(stageNames, {}, interrupt.signal)).rejects.toThrow();
    this.rollouts.onFollow = () => undefined;
  }

  /** What is stable already, and another one in the folder. */
  async firstThenSecond(): Promise<{ first: string | undefined }> {
    await this.run();
    const { stable: first } = await readStableTags(this.repository);
    this.writeApp({ version: 2, prediction: 0.5, healthy: true });
    return { first };
  }

  get #model(): string {
    return join(this.#validated, 'model');
  }

  async #begin(folder: string): Promise<void> {
    this.folder = folder;
    this.engine = new FakeEngine();
    this.rollouts = new FakeRollouts();
    this.#testsRun += 1;
    const { host } = this.registry;
    const image = { registry: host, repository: `churn-${this.#testsRun}`, tag: 'commit-1' };
    this.repository = await openRepository(image, {
      credentials: null,
      patience: { pause: () => Promise.resolve() },
    });
    writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch');
    const inputs = join(folder, 'rows.jsonl');
    writeFileSync(
      inputs,
      '{"body": {"features": [1]}, "expect": {"status": 200, "answer": {"prediction": 0.5}}}\n',
    );
    this.writeApp({ version: 1, prediction: 0.5, healthy: true });
    const stable = `${host}/${image.repository}:stable`;
    const yaml = `model: churn\n# kept\nstable: { image: "${stable}" }\ncanary: { image: nothing, port: 7012 }\n`;
    this.settings = {
      ...{ folder, dockerfile: 'Dockerfile', buildArgs: [], model: this.#model, image, inputs },
      ...{ against: undefined, rolloutFile: readRolloutFile(yaml, 'serin.yaml'), port: 0 },
      ...{ deadlineMs: 20_000, predictPath: '/predict', first: true, keepCanaries: undefined },
      load: {
        load: { kind: 'closed', users: 1, spawnPerSecond: 1, thinkMs: { from: 1, to: 1 } },
        ...{ warmUpMs: 0, durationMs: 500, timeoutMs: 20_000 },
        ...{ thresholds: [parseThreshold('errors<1%')], stopEarly: true, seed: 1 },
      },
      ...{ why: 'a test', reports: [] },
    };
  }
}

/** `validate passed, build passed`, … */
export function statuses(reports: readonly StageReport[]): string {
  return reports.map(({ name, status }) => `${name} ${status}`).join(', ');
}
