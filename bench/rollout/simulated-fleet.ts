import { parseSerinYaml } from '../../src/config/parse-serin-yaml.js';
import type { VersionRef } from '../../src/domain/deployment.js';
import { toModelName, type ModelName, type VersionName } from '../../src/domain/ids.js';
import type { RolloutId } from '../../src/domain/rollout-id.js';
import type { Version } from '../../src/domain/version.js';
import { AskedGates } from '../../src/gates/ask/asked-gates.js';
import { AnswersToJudge } from '../../src/observing/answers-to-judge.js';
import { Comparisons } from '../../src/observing/comparisons.js';
import { Disagreements } from '../../src/observing/disagreements.js';
import { ServiceWitness } from '../../src/observing/service-witness.js';
import { Deployments } from '../../src/rollout/deployments.js';
import { Fronts } from '../../src/rollout/live/fronts.js';
import { FrontWitness } from '../../src/rollout/live/front-witness.js';
import { LiveRollouts } from '../../src/rollout/live/live-rollouts.js';
import { realClock } from '../../src/rollout/live/real-clock.js';
import { isActive } from '../../src/rollout/machine/waiting.js';
import { FaultInjector } from '../../src/serving/faults.js';
import { ServedModel, type ServedArm } from '../../src/serving/gateway/served-model.js';
import { Random } from '../../src/stats/random.js';
import { openDatabase } from '../../src/store/sqlite/database.js';
import { SqliteDeploymentLog } from '../../src/store/sqlite/deployment-log.js';
import { SqliteJudgeStates } from '../../src/store/sqlite/judge-states.js';
import { SqliteRolloutLog } from '../../src/store/sqlite/rollout-log.js';
import { SqliteTimelines } from '../../src/store/sqlite/timelines.js';
import { DrawnTraffic } from './drawn-traffic.js';
import { TimedSplit } from './timed-split.js';

// Buckets of 20 requests an arm take a while at ten requests a second; the last step needs 2,000.
const strategyText = (model: string): string => `model: ${model}
stable: http://127.0.0.1:1/${model}/1
canary: http://127.0.0.1:1/${model}/2
steps:
  - shadow: { requests: 20 }
  - weight: 20
  - weight: 25
  - weight: 30
  - weight: 35
  - weight: 40
  - weight: 45
  - weight: 50
hold: { min: 5s, max: 1h, requests: 20 }
coolDown: 0s
`;

/** What became of a fleet's rollouts since somebody last asked. */
export interface FleetCounts {
  /** Steps that rollouts went on to. */
  readonly advanced: number;
  readonly rolledBack: number;
  /** Otherwise than by a roll-back. */
  readonly ended: number;
}

/**
 * Many models with a rollout each, put together as the server puts them together, down to the
 * deployments, the router and the SQLite logs. Only the arms are simulated: requests are drawn, not
 * answered. One model in ten has a canary that is twice as slow. A rollout that ends is followed by
 * the next one of its model.
 */
export class SimulatedFleet {
  readonly #comparisons: Comparisons;
  readonly #deployments: Deployments;
  readonly #rollouts: LiveRollouts;
  readonly #traffic: DrawnTraffic;
  readonly #splits = new Map<ModelName, TimedSplit>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #steps = new Map<RolloutId, number>();
  #counts = { advanced: 0, rolledBack: 0, ended: 0 };
  #isClosed = false;

  constructor(
    dataFolder: string,
    private readonly names: readonly ModelName[],
    rate: number,
  ) {
    const database = openDatabase(dataFolder);
    const clock = realClock();
    const clocks = { monotonicMs: () => performance.now(), wallMs: () => clock.nowMs() };
    const random = new Random(1);
    const answers = new AnswersToJudge(1_000);
    const states = new SqliteJudgeStates(database, 1_000);
    const comparisons = new Comparisons({ wallMs: clocks.wallMs, states, answers, warn });
    const disagreements = new Disagreements({ keepPayloads: false });
    const witness = new ServiceWitness(comparisons, clocks, disagreements);
    const fronts = new Fronts({
      open: () => Promise.reject(new Error('there is none here')),
      witness: new FrontWitness(comparisons, witness, () => this.#rollouts.fastFail),
      nowMs: clocks.wallMs,
    });
    this.#comparisons = comparisons;
    this.#deployments = new Deployments({
      log: new SqliteDeploymentLog(database),
      versions: {
        find: (model, { version }: VersionRef) => Promise.resolve(versionOf(model, version)),
        named: () => Promise.resolve(undefined),
        first: (model) => Promise.resolve(versionOf(model, '1')),
        models: () => Promise.resolve(names),
      },
      launch: (version) => Promise.resolve(simulatedArm(version)),
      newModel: (name) => new ServedModel(name, this.#splitOf(name, random)),
      comparing: comparisons,
      fronting: fronts,
      defaultSticky: undefined,
      wallMs: clocks.wallMs,
      warn,
    });
    this.#traffic = new DrawnTraffic(comparisons, random, rate, clocks.wallMs);
    this.#rollouts = new LiveRollouts({
      log: new SqliteRolloutLog(database),
      timelines: new SqliteTimelines(database),
      deployments: this.#deployments,
      fronts,
      comparisons,
      witness,
      find: (ref, model) =>
        Promise.resolve(versionOf(model, ref.kind === 'http' ? (ref.url.at(-1) ?? '1') : '1')),
      shadowing: {
        start: ({ name }) => this.#traffic.copied.add(name),
        stop: ({ name }) => this.#traffic.copied.delete(name),
      },
      gates: new AskedGates({ builtIn: new Map(), allowCommands: false }),
      notifier: { notify: () => Promise.resolve() },
      clock,
      warn,
    });
    this.#rollouts.controller.onChange((rollout) => this.#count(rollout));
  }

  /** Serves every model and starts its rollout. */
  async start(): Promise<void> {
    await this.#deployments.resume();
    for (const name of this.names) await this.#startOne(name);
  }

  /** Requests ten times a second, a look every second, a save every five: as the server does. */
  run(): void {
    const drawEveryMs = 100;
    let drawnAt = performance.now();
    const draw = (): void => {
      // A process that was kept waiting makes up for it.
      const seconds = (performance.now() - drawnAt) / 1000;
      drawnAt += 1000 * seconds;
      for (const [index, model] of this.#deployments.models().entries()) {
        this.#traffic.draw(model, seconds, index % 10 === 0);
      }
    };
    const look = (): void => {
      this.#comparisons.tick();
      this.#rollouts.look();
    };
    const save = (): void => {
      this.#comparisons.save();
      this.#rollouts.timelines.save(50);
    };
    this.#timers.push(
      setInterval(draw, drawEveryMs),
      setInterval(look, 1_000),
      setInterval(save, 5_000),
    );
  }

  /** What happened since the last call. */
  takeCounts(): FleetCounts {
    const counts = this.#counts;
    this.#counts = { advanced: 0, rolledBack: 0, ended: 0 };
    return counts;
  }

  /**
   * Rolls one back by a fast-fail rule.
   * @returns milliseconds from the decision until its canary gets nothing; undefined where it has no
   *   traffic now
   */
  async rollBack(name: ModelName): Promise<number | undefined> {
    const id = await this.#rollouts.activeOf(name);
    const split = this.#splits.get(name);
    if (id === undefined || split === undefined || split.weight === 0) return undefined;
    const { entry } = await this.#rollouts.controller.show(id);
    const decidedAt = performance.now();
    const rule = 'consecutive-failures';
    const fact = { type: 'fast-failed', entry, rule, reason: 'a bench' } as const;
    await this.#rollouts.controller.observe(id, fact);
    const loweredAt = await split.loweredSince(decidedAt);
    return loweredAt - decidedAt;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#rollouts.close();
    await this.#deployments.close();
  }

  async #startOne(name: ModelName): Promise<void> {
    const strategy = parseSerinYaml(strategyText(name), 'bench');
    await this.#rollouts.start(strategy, 'bench', 'bench');
  }

  #count(rollout: Parameters<Parameters<LiveRollouts['controller']['onChange']>[0]>[0]): void {
    const { id, step, phase, strategy } = rollout;
    const before = this.#steps.get(id) ?? -1;
    if (step > before && before >= 0) this.#counts.advanced += step - before;
    this.#steps.set(id, step);
    if (isActive(rollout)) return;
    this.#steps.delete(id);
    if (phase.kind === 'rolled-back') this.#counts.rolledBack += 1;
    else this.#counts.ended += 1;
    if (this.#isClosed) return;
    // Not within the event that ended it.
    setImmediate(() => {
      if (this.#isClosed) return;
      this.#startOne(strategy.model).catch((thrown: unknown) => warn(String(thrown)));
    });
  }

  #splitOf(name: ModelName, random: Random): TimedSplit {
    const split = new TimedSplit(name, () => random.uniform());
    this.#splits.set(name, split);
    return split;
  }
}

/** The names of so many models. */
export function fleetNames(models: number): readonly ModelName[] {
  return Array.from({ length: models }, (_, index) => toModelName(`model-${index}`));
}

function versionOf(model: ModelName, version: string): Version {
  const url = `http://127.0.0.1:1/${model}/${version}`;
  return { kind: 'http', model, version: version as VersionName, url };
}

function simulatedArm(version: Version): ServedArm {
  return {
    upstream: {
      version,
      isReady: () => true,
      answer: () => Promise.reject(new Error('requests are drawn')),
      close: () => Promise.resolve(),
    },
    faults: new FaultInjector(() => 0.5),
    crash: undefined,
    leak: undefined,
    process: undefined,
  };
}

function warn(message: string, fields: object = {}): void {
  console.error(message, JSON.stringify(fields));
}
