import { randomBytes } from 'node:crypto';
import { liveJudgeSettings } from '../../analysis/live-judge-settings.js';
import { readJudgeSettings } from '../../analysis/read-judge-settings.js';
import { isSameVersion, toVersionRef } from '../../domain/deployment.js';
import { SerinError, toSerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { Comparisons } from '../../observing/comparisons.js';
import type { ServiceWitness } from '../../observing/service-witness.js';
import type { EventLog } from '../../store/event-log.js';
import type { Timelines } from '../../store/timelines.js';
import { RolloutController } from '../controller.js';
import type { Deployments } from '../deployments.js';
import { LoadFailures } from '../load-failures.js';
import type { Request } from '../machine/events.js';
import type { Rollout } from '../machine/state.js';
import type { Clock, Gates, Notifier } from '../ports.js';
import { refuseWhileCoolingDown } from '../refuse-cooling-down.js';
import type { Strategy } from '../strategy/strategy.js';
import { judgeSettingsOf } from './judge-settings.js';
import { pinArms, type FindVersion } from './arms-of.js';
import { FastFail } from './fast-fail.js';
import type { Fronts } from './fronts.js';
import { FrontWatch } from './front-watch.js';
import { LiveJudging, type LookListener } from './judging.js';
import { prepareFront, refuseRouter } from './prepare-front.js';
import { LiveRouter, type Shadowing } from './router.js';
import { RolloutTimelines } from './timelines.js';
import { refuseSources, RolloutSources } from './rollout-sources.js';
import { validateWhatDidNotLoad } from './validate-unloadable.js';
import { ServedVersions } from './versions.js';

/** Gates that know beforehand what they cannot ask, and stop with the server. */
export interface LiveGates extends Gates {
  gatesNotAvailable(strategy: Strategy): SerinError | undefined;
  /** Ends the gates that are under way for a rollout. */
  letGo(rollout: RolloutId): void;
  close(): void;
}

export interface LiveRolloutsOptions {
  readonly log: EventLog;
  readonly timelines: Timelines;
  readonly deployments: Deployments;
  readonly fronts: Fronts;
  readonly comparisons: Comparisons;
  readonly witness: ServiceWitness;
  readonly find: FindVersion;
  readonly shadowing: Shadowing;
  readonly gates: LiveGates;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** The rollouts of the models that this server serves itself. */
export class LiveRollouts {
  readonly controller: RolloutController;
  readonly judging: LiveJudging;
  readonly timelines: RolloutTimelines;
  readonly fastFail: FastFail;
  readonly loadFailures = new LoadFailures();
  readonly #frontWatch: FrontWatch;
  readonly #sources: RolloutSources;
  readonly #listeners = new Set<LookListener>();

  constructor(private readonly options: LiveRolloutsOptions) {
    const { deployments, fronts, comparisons, witness, find, warn, clock } = options;
    const tell: ConstructorParameters<typeof LiveJudging>[0]['tell'] = (id, body) =>
      this.controller.observe(id, body);
    const findings = (model: ModelName) => fronts.findings.of(model);
    this.#sources = new RolloutSources(fronts.findings, () => clock.nowMs());
    const sources = this.#sources;
    this.judging = new LiveJudging({ deployments, comparisons, findings, sources, tell, warn });
    this.fastFail = new FastFail(deployments, this.judging, { tell, warn });
    witness.alsoTold = (attempt) => this.fastFail.attempted(attempt);
    const { judging } = this;
    const store = options.timelines;
    this.timelines = new RolloutTimelines({ deployments, comparisons, judging, store, warn });
    this.#frontWatch = new FrontWatch(deployments, fronts, warn);
    this.controller = new RolloutController({
      log: options.log,
      router: new LiveRouter(deployments, fronts, options.shadowing),
      versions: new ServedVersions(deployments, find, this.loadFailures, (of) =>
        validateWhatDidNotLoad(of, { controller: this.controller, gates: options.gates, warn }),
      ),
      gates: options.gates,
      judge: judging,
      notifier: options.notifier,
      clock,
      newRolloutId: () => newRolloutId(clock.nowMs()),
      warn,
    });
    this.controller.onChange(({ id, phase }) => {
      if (isEnding.has(phase.kind)) options.gates.letGo(id);
    });
  }

  /** Takes up every rollout that was under way. */
  async resume(): Promise<void> {
    await this.controller.resume();
  }

  /**
   * Begins a rollout of what is live now.
   * @throws SerinError what cannot be done, before anything is: versions that are not found, a stable
   * that is not live, a canary that somebody deployed by hand; and as `RolloutController.start`
   */
  async start(strategy: Strategy, by: string, why: string): Promise<RolloutId> {
    const { deployments, fronts, find, gates } = this.options;
    refuseRouter(strategy, deployments);
    refuseSources(strategy);
    const notAvailable = gates.gatesNotAvailable(strategy);
    if (notAvailable !== undefined) throw notAvailable;
    const { model } = strategy;
    // Behind a front, a rollout may be the first that is heard of a model.
    if (strategy.nginx === undefined || deployments.state(model) !== undefined) {
      deployments.model(model);
    }
    // Settings that leave nothing to judge by are refused before anything is loaded.
    readJudgeSettings(liveJudgeSettings(judgeSettingsOf(strategy), strategy.sticky !== undefined));
    const active = await this.activeOf(model);
    if (active !== undefined) throw new SerinError('rollout-exists', { found: active });
    const asked = { who: by, why };
    const { strategy: pinned, stable } = await pinArms(find, strategy);
    await refuseWhileCoolingDown(pinned, this.controller, this.options.clock.nowMs());
    if (deployments.state(model) === undefined) await deployments.stables.serveFirst(stable, asked);
    const live = deployments.state(model);
    if (live?.canary !== undefined) {
      throw new SerinError('canary-exists', { found: live.canary.version.version });
    }
    if (live === undefined || !isSameVersion(live.stable, toVersionRef(stable))) {
      throw new SerinError('stable-differs', {
        expected: `version ${live?.stable.version ?? 'none'} of ${model}, which is live`,
        found: `version ${stable.version} as it lies there now`,
      });
    }
    await prepareFront(pinned, deployments, fronts, asked);
    return this.controller.start(pinned, by, why);
  }

  /**
   * Does what a person asked for.
   * @throws SerinError `upstream-unavailable` for the promotion of a canary that does not answer: it
   * would be tried again until it does, whatever the person was told; and as `RolloutController.request`
   */
  async request(id: RolloutId, request: Request): Promise<Rollout> {
    if (request.type === 'promote-requested') await this.#refuseToPromoteTheDead(id);
    return this.controller.request(id, request);
  }

  async #refuseToPromoteTheDead(id: RolloutId): Promise<void> {
    const { strategy } = await this.controller.show(id);
    const state = this.options.deployments.state(strategy.model);
    if (state?.canary?.rollout !== id) return;
    const { canary } = this.options.deployments.model(strategy.model);
    if (canary === undefined || canary.upstream.isReady()) return;
    throw new SerinError('upstream-unavailable', {
      expected: 'a canary that answers',
      found: 'one that does not: it would take all traffic',
    });
  }

  /** The rollout that occupies a model; undefined where none does. */
  async activeOf(model: ModelName): Promise<RolloutId | undefined> {
    const heads = await this.controller.list();
    return heads.find((head) => head.model === model && head.active)?.rolloutId;
  }

  /** The promoted rollout that a model can be taken back from; undefined where there is none. */
  async toGoBackFrom(model: ModelName): Promise<RolloutId | undefined> {
    if (this.options.deployments.state(model)?.canary !== undefined) return undefined;
    const heads = await this.controller.list();
    // Whatever was tried since and did not make it; a later promotion ends the waiting of this one.
    return heads.find((head) => head.model === model && head.phase === 'promoted' && head.waiting)
      ?.rolloutId;
  }

  /**
   * Resolves with the rollout as soon as it is as it should be; at once where it is already.
   * @throws SerinError `upstream-timeout` when it is not in time
   */
  async until(
    id: RolloutId,
    isSo: (rollout: Rollout) => boolean,
    withinMs: number,
  ): Promise<Rollout> {
    const { controller } = this;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        stop();
        cancel();
        act();
      };
      const stop = controller.onChange((rollout) => {
        if (rollout.id === id && isSo(rollout)) settle(() => resolve(rollout));
      });
      const cancel = this.options.clock.after(withinMs, () =>
        settle(() => reject(new SerinError('upstream-timeout', { found: `rollout ${id}` }))),
      );
      controller.show(id).then(
        (rollout) => {
          if (isSo(rollout)) settle(() => resolve(rollout));
        },
        (thrown: unknown) => settle(() => reject(toSerinError(thrown))),
      );
    });
  }

  /** Is told of every look at a rollout that is measured. @returns what ends it */
  onLook(listener: LookListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at everything that is measured. */
  look(): void {
    const nowMs = this.options.clock.nowMs();
    this.#frontWatch.look(nowMs);
    const addPoint = this.timelines.look(nowMs);
    this.judging.look((measured, verdict) => {
      addPoint(measured, verdict);
      for (const listener of this.#listeners) listener(measured, verdict);
    });
    this.fastFail.look().catch((thrown: unknown) => {
      this.options.warn('the canaries could not be looked at', { reason: String(thrown) });
    });
  }

  close(): void {
    this.controller.close();
    this.options.gates.close();
    this.#sources.closeAll();
    this.timelines.save();
  }
}

/** Phases in which no gate is waited for, whatever it still does. */
const isEnding: ReadonlySet<Rollout['phase']['kind']> = new Set([
  'promoting',
  'promoted',
  'rolling-back',
  'rolled-back',
  'failed',
  'aborted',
]);

/** Sorts by time; short enough to be typed. */
function newRolloutId(nowMs: number): RolloutId {
  const seconds = Math.floor(nowMs / 1_000).toString(36);
  return `r-${seconds}-${randomBytes(2).toString('hex')}` as RolloutId;
}
