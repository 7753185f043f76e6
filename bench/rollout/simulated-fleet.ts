import { parseSerinYaml } from '../../src/config/parse-serin-yaml.js';
import { Arm } from '../../src/domain/arm.js';
import { toModelName, type ModelName, type RequestId } from '../../src/domain/ids.js';
import type { RolloutId } from '../../src/domain/rollout-id.js';
import { Outcome } from '../../src/domain/observation.js';
import { toPercent, type Percent } from '../../src/domain/share.js';
import { AnswersToJudge } from '../../src/observing/answers-to-judge.js';
import { Comparisons } from '../../src/observing/comparisons.js';
import { RolloutController } from '../../src/rollout/controller.js';
import { FrontFindings } from '../../src/rollout/live/front-findings.js';
import { RolloutSources } from '../../src/rollout/live/rollout-sources.js';
import { judgeSettingsOf } from '../../src/rollout/live/judge-settings.js';
import { LiveJudging } from '../../src/rollout/live/judging.js';
import { realClock } from '../../src/rollout/live/real-clock.js';
import { RolloutTimelines } from '../../src/rollout/live/timelines.js';
import { ServedModel } from '../../src/serving/gateway/served-model.js';
import { Random } from '../../src/stats/random.js';
import { openDatabase } from '../../src/store/sqlite/database.js';
import { SqliteJudgeStates } from '../../src/store/sqlite/judge-states.js';
import { SqliteRolloutLog } from '../../src/store/sqlite/rollout-log.js';
import { SqliteTimelines } from '../../src/store/sqlite/timelines.js';
import { Split } from '../../src/traffic/in-process/split.js';

const strategyText = (model: string): string => `model: ${model}
stable: ${model}/1
canary: ${model}/2
steps: [{ weight: 20 }]
hold: { min: 1h, max: 2h, requests: 200 }
`;

/** Models whose requests are drawn, not answered, and the rollouts of all of them. */
export class SimulatedFleet {
  readonly #models = new Map<ModelName, ServedModel>();
  readonly #comparisons: Comparisons;
  readonly #judging: LiveJudging;
  readonly #timelines: RolloutTimelines;
  readonly #controller: RolloutController;
  readonly #random = new Random(1);
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #loweredAt = new Map<ModelName, number>();
  readonly #clock = realClock();

  constructor(
    dataFolder: string,
    private readonly rate: number,
  ) {
    const database = openDatabase(dataFolder);
    const warn = (message: string): void => console.error(message);
    const deployments = { model: (name: string) => this.#model(name as ModelName) };
    this.#comparisons = new Comparisons({
      wallMs: () => this.#clock.nowMs(),
      states: new SqliteJudgeStates(database, 1_000),
      answers: new AnswersToJudge(1_000),
      warn,
    });
    const comparisons = this.#comparisons;
    this.#judging = new LiveJudging({
      deployments,
      comparisons,
      findings: () => [],
      sources: new RolloutSources(
        new FrontFindings(
          () => 0,
          () => undefined,
        ),
        () => 0,
      ),
      tell: (id, body) => this.#controller.observe(id, body),
      warn,
    });
    const judging = this.#judging;
    const store = new SqliteTimelines(database);
    this.#timelines = new RolloutTimelines({ deployments, comparisons, judging, store, warn });
    let ids = 0;
    this.#controller = new RolloutController({
      log: new SqliteRolloutLog(database),
      router: {
        capabilities: { shadow: true, sticky: [], minimumWeight: toPercent(1), verify: true },
        setWeight: (name, weight) => {
          this.#setWeight(name, weight);
          return Promise.resolve();
        },
        weightInForce: (name) => Promise.resolve(this.#model(name).split.weight),
        startShadow: () => Promise.resolve(),
        stopShadow: () => Promise.resolve(),
      },
      versions: {
        loadCanary: ({ rolloutId, strategy }) => {
          comparisons.begin(this.#model(strategy.model), judgeSettingsOf(strategy), rolloutId);
          return Promise.resolve();
        },
        promote: () => Promise.resolve(),
        unload: () => Promise.resolve(),
        keepPreviousWarm: () => Promise.resolve(),
      },
      gates: { run: () => Promise.resolve({ passed: true, reason: 'none is asked' }) },
      judge: judging,
      notifier: { notify: () => Promise.resolve() },
      clock: this.#clock,
      newRolloutId: () => `r-${ids++}` as RolloutId,
      warn,
    });
  }

  start(name: string): Promise<RolloutId> {
    const strategy = parseSerinYaml(strategyText(toModelName(name)), 'bench');
    return this.#controller.start(strategy, 'bench', 'bench');
  }

  /** Requests ten times a second, a look every second, a save every five: as the server does. */
  run(): void {
    const drawEveryMs = 100;
    this.#timers.push(setInterval(() => this.#draw(drawEveryMs / 1000), drawEveryMs));
    this.#timers.push(
      setInterval(() => {
        this.#comparisons.tick();
        this.#judging.look(this.#timelines.look(this.#clock.nowMs()));
      }, 1_000),
    );
    this.#timers.push(setInterval(() => this.#comparisons.save(), 5_000));
  }

  /** @returns milliseconds from the decision to the weight that the router has in force */
  async rollBack(id: RolloutId): Promise<number> {
    const { strategy, entry } = await this.#controller.show(id);
    const decidedAt = performance.now();
    const rule = 'consecutive-failures';
    await this.#controller.observe(id, { type: 'fast-failed', entry, rule, reason: 'a bench' });
    const loweredAt = this.#loweredAt.get(strategy.model);
    if (loweredAt === undefined) throw new Error(`${id} was not rolled back`);
    return loweredAt - decidedAt;
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#controller.close();
  }

  #draw(seconds: number): void {
    const startedAtMs = this.#clock.nowMs();
    for (const model of this.#models.values()) {
      for (let due = this.rate * seconds; due > 0; due--) {
        if (due < 1 && this.#random.uniform() >= due) break;
        const isCanary = this.#random.uniform() * 100 < model.split.weight;
        this.#comparisons.record(model, {
          requestId: 'drawn' as RequestId,
          startedAtMs,
          arm: isCanary ? Arm.Canary : Arm.Stable,
          latencyMs: 10 * (1 + this.#random.uniform()),
          outcome: Outcome.Ok,
          prediction: { kind: 'score', value: this.#random.uniform() },
        });
      }
    }
  }

  #setWeight(name: ModelName, weight: Percent): void {
    const model = this.#model(name);
    model.split.setWeight(weight);
    this.#comparisons.weightChanged(model);
    if (weight === 0) this.#loweredAt.set(name, performance.now());
  }

  #model(name: ModelName): ServedModel {
    const known = this.#models.get(name);
    if (known !== undefined) return known;
    const model = new ServedModel(name, new Split(name, () => this.#random.uniform()));
    this.#models.set(name, model);
    return model;
  }
}
