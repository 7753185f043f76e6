import { existsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { buildApp } from './api/app.js';
import type { ServerContext, ServerSettings } from './api/context.js';
import { builtInGates, gatesToTry, type GateParts } from './assemble/built-in-gates.js';
import { nginxFronts } from './assemble/open-nginx-front.js';
import { SerinError, toSerinError } from './domain/errors.js';
import { AskedGates } from './gates/ask/asked-gates.js';
import type { KeepReport } from './gates/in-rollout/answer-of-report.js';
import type { VersionOfArm } from './gates/in-rollout/validate-gate.js';
import type { ModelName } from './domain/ids.js';
import type { StickyKey } from './domain/sticky-key.js';
import { rememberedEngine } from './images/engine/find-engine.js';
import { followRollout } from './images/registry/follow-rollout.js';
import { pinImage } from './images/pin-image.js';
import { openRepository } from './models/repository.js';
import { Notifications } from './notify/notifications.js';
import { AnswersToJudge } from './observing/answers-to-judge.js';
import { Comparisons } from './observing/comparisons.js';
import { Disagreements } from './observing/disagreements.js';
import { createMetrics } from './observing/metrics.js';
import { ServiceWitness } from './observing/service-witness.js';
import { Deployments } from './rollout/deployments.js';
import { versionOfArm } from './rollout/live/arms-of.js';
import { artefactFinder } from './rollout/live/find-artefact.js';
import { reachable } from './rollout/live/reachable.js';
import { FrontWitness } from './rollout/live/front-witness.js';
import { Fronts } from './rollout/live/fronts.js';
import { LiveRollouts } from './rollout/live/live-rollouts.js';
import { realClock } from './rollout/live/real-clock.js';
import { ServedModel } from './serving/gateway/served-model.js';
import { Shadow } from './serving/gateway/shadow.js';
import { launcher } from './serving/launch-arm.js';
import { LaunchedServers } from './serving/launched/launched-servers.js';
import type { RunnerSettings } from './serving/runner/launch-runner.js';
import { SqliteGateReports } from './store/sqlite/gate-reports.js';
import { lockFolder } from './store/sqlite/lock-folder.js';
import { openDatabase } from './store/sqlite/database.js';
import { SqliteDeploymentLog } from './store/sqlite/deployment-log.js';
import { SqliteJudgeStates } from './store/sqlite/judge-states.js';
import { SqliteRolloutLog } from './store/sqlite/rollout-log.js';
import { SqliteSessions } from './store/sqlite/sessions.js';
import { SqliteTimelines } from './store/sqlite/timelines.js';
import { Split } from './traffic/in-process/split.js';
import { VersionDirectory } from './models/version-directory.js';

export interface ServeSettings extends ServerSettings, RunnerSettings {
  readonly port: number;
  /** A port of its own for the admin plane; the data plane's listener has it otherwise. */
  readonly adminPort: number | undefined;
  readonly dataFolder: string;
  /** Where NGINX's files are; by default in the data folder, or for root in /run. */
  readonly nginxFolder: string | undefined;
  /** Version, path or address to start a model with that has no state yet. */
  readonly firstStable: ReadonlyMap<string, string>;
  readonly sticky: StickyKey | undefined;
}

/** A running server. */
export interface RunningServer {
  readonly url: string;
  readonly adminUrl: string;
  readonly context: ServerContext;
  /** Answers what is under way, then stops everything. */
  close(): Promise<void>;
}

/** Answers that wait for feedback; the newest, some 18 MB of them in memory and on the disk. */
const answersRemembered = 100_000;

/** How often buckets that are due are closed. */
const tickMs = 1_000;

/** How often judges' memories are saved, where something changed: each is a write to the disk. */
const saveMs = 5_000;

/** Of so many rollouts what they looked like is written then, in turn: it grows to 1 MB each. */
const timelinesAtATime = 50;

/** How often the weights that are really in force are looked at. */
const verifyMs = 10_000;

/** Puts all parts together and listens. */
export async function startServer(
  settings: ServeSettings,
  logger: FastifyBaseLogger,
): Promise<RunningServer> {
  refuseUnsafeAddress(settings);
  const unlock = lockFolder(settings.dataFolder, 'store-locked');
  let dataUrl = '';
  const context = createContext(settings, logger, () => dataUrl);
  const apps: FastifyInstance[] = [];
  const { comparisons, rollouts } = context;
  const ticking = setInterval(() => {
    comparisons.tick();
    rollouts.look();
  }, tickMs);
  const saving = setInterval(() => {
    comparisons.save();
    rollouts.timelines.save(timelinesAtATime);
  }, saveMs);
  const verifying = setInterval(() => verifyWeights(rollouts, logger), verifyMs);
  const close = async (): Promise<void> => {
    clearInterval(ticking);
    clearInterval(saving);
    clearInterval(verifying);
    await Promise.all(apps.map((app) => app.close()));
    rollouts.close();
    comparisons.save();
    await context.deployments.close();
    unlock();
  };
  try {
    await context.deployments.resume();
    await rollouts.resume();
    await context.launched.stopLeftOvers();
    refuseNothingToServe(context, settings);
    const { adminPort } = settings;
    const main = await buildApp(context, { data: true, admin: adminPort === undefined }, logger);
    apps.push(main);
    const url = await listen(main, settings.host, settings.port);
    dataUrl = url;
    if (adminPort === undefined) return { url, adminUrl: url, context, close };
    const admin = await buildApp(context, { data: false, admin: true }, logger);
    apps.push(admin);
    return { url, adminUrl: await listen(admin, settings.host, adminPort), context, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function createContext(
  settings: ServeSettings,
  logger: FastifyBaseLogger,
  ownUrl: () => string,
): ServerContext & { readonly launched: LaunchedServers } {
  const clock = realClock();
  const clocks = { monotonicMs: () => performance.now(), wallMs: () => clock.nowMs() };
  const random = () => Math.random();
  const database = openDatabase(settings.dataFolder);
  const answers = new AnswersToJudge(answersRemembered);
  const warn = (message: string, fields: Readonly<Record<string, unknown>>): void =>
    logger.warn(fields, message);
  const states = new SqliteJudgeStates(database, answersRemembered);
  const comparisons = new Comparisons({ wallMs: clocks.wallMs, states, answers, warn });
  const disagreements = new Disagreements({ keepPayloads: settings.keepPayloads });
  const witness = new ServiceWitness(comparisons, clocks, disagreements);
  const fronts = new Fronts({
    open: nginxFronts({ ...settings, nowMs: clocks.wallMs, warn }),
    witness: new FrontWitness(comparisons, witness, () => rollouts.fastFail),
    nowMs: clocks.wallMs,
  });
  const versions = new VersionDirectory(openRepository(settings.modelRoots), settings.firstStable);
  const log = (message: string, fields: Readonly<Record<string, unknown>>): void =>
    logger.info(fields, message);
  const engine = rememberedEngine();
  const launched = new LaunchedServers(settings, { engine, random, log });
  const launch = launcher(settings, random, log, launched);
  const deployments = new Deployments({
    log: new SqliteDeploymentLog(database),
    versions,
    launch,
    newModel: (name: ModelName) => new ServedModel(name, new Split(name, random)),
    comparing: comparisons,
    fronting: fronts,
    defaultSticky: settings.sticky,
    wallMs: () => Date.now(),
    warn,
  });
  const gateReports = new SqliteGateReports(database);
  const { allowCommands } = settings;
  const resolve = (named: string, model: ModelName) => versions.resolve(named, model);
  const find = artefactFinder({
    resolve,
    pinImage: (name) => pinImage(name, engine),
    allowCommands,
  });
  const versionOf: VersionOfArm = async ({ strategy }, arm) =>
    reachable(await versionOfArm(find, strategy, arm), deployments);
  const keepReport: KeepReport = ({ rolloutId }, report) =>
    gateReports.save(rolloutId, report.gate, JSON.stringify(report));
  const { runnerMemoryBytes } = settings;
  const gateParts: GateParts = {
    versionOf,
    launch: async (version) => (await launch(version)).upstream,
    ownUrl,
    runnerMemoryBytes,
  };
  const gates = new AskedGates({
    builtIn: builtInGates(gateParts, keepReport),
    allowCommands,
  });
  const rollouts: LiveRollouts = new LiveRollouts({
    log: new SqliteRolloutLog(database),
    timelines: new SqliteTimelines(database),
    deployments,
    fronts,
    comparisons,
    witness,
    find,
    shadowing: {
      start: (model, percent, tolerance) => {
        model.shadow = new Shadow({ model, percent, tolerance, random, clocks, witness, warn });
      },
      stop: (model) => {
        model.shadow = undefined;
      },
    },
    gates,
    notifier: new Notifications({
      standing: async (id) => {
        const { phase, weight } = await rollouts.controller.show(id);
        return { phase: phase.kind, weight };
      },
      followWithTag: async (image, ended) => {
        const { stable = null } = await followRollout(image, ended);
        logger.info({ image, ended, stable }, 'the tag stable follows the rollout');
      },
      nowMs: clocks.wallMs,
      warn,
    }),
    clock,
    warn,
  });
  const metrics = createMetrics({
    statistics: witness.statistics,
    models: () => deployments.models(),
    fallbacks: () => witness.fallbacks,
    shadows: () => witness.shadows,
  });
  return {
    deployments,
    fronts,
    rollouts,
    gateReports,
    gatesToTry: gatesToTry(gateParts),
    sessions: new SqliteSessions(database),
    launchApart: gateParts.launch,
    launched,
    versions,
    witness,
    comparisons,
    answers,
    metrics,
    clocks,
    settings,
  };
}

function verifyWeights(rollouts: LiveRollouts, logger: FastifyBaseLogger): void {
  rollouts.controller.verifyWeights().catch((thrown: unknown) => {
    logger.warn({ reason: toSerinError(thrown).message }, 'the weights could not be verified');
  });
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw thrown;
    throw new SerinError('address-in-use', {
      expected: `to listen on ${host}:${port}`,
      found: code,
      cause: thrown,
    });
  }
}

function refuseUnsafeAddress({ host, adminToken }: ServeSettings): void {
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  if (adminToken !== undefined && adminToken.length < 16) {
    throw new SerinError('unsafe-listen', {
      expected: 'a SERIN_ADMIN_TOKEN of 16 or more characters',
      found: `one of ${adminToken.length}`,
    });
  }
  if (!isLoopback && adminToken === undefined) {
    throw new SerinError('unsafe-listen', {
      expected: 'SERIN_ADMIN_TOKEN to be set',
      found: `--host ${host} without it`,
    });
  }
}

function refuseNothingToServe(context: ServerContext, settings: ServeSettings): void {
  const { deployments } = context;
  if (deployments.models().length > 0 || deployments.failures().size > 0) {
    if (settings.defaultModel !== undefined) deployments.model(settings.defaultModel);
    return;
  }
  // Empty is what a server is before its first rollout or upload; a folder that is not there is a typo.
  if (settings.defaultModel === undefined && settings.modelRoots.some((root) => existsSync(root))) {
    return;
  }
  throw new SerinError('no-models', {
    expected: `a model under ${settings.modelRoots.join(' or ')}`,
    found: 'none',
  });
}
