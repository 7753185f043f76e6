/**
 * The table at the end of STATISTICS.md, run through the judge that production uses, and beside it
 * what tests made for one look do when they are looked at as often. Seeded: the same numbers every
 * time. Writes bench/results/judge-scenarios.json and .md.
 *
 *     npm run build && node dist/bench/judge/scenarios.js [workers] [share of the runs, 0 to 1]
 *
 * With `comparison` as a third argument only the last table is made anew.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import {
  Detector,
  firstAlarms,
  standardDetectorRun,
  type DetectorRun,
} from '../../src/analysis/simulation/detectors.js';
import {
  harmlessScenario,
  scenarios,
  strictTolerances,
  type Scenario,
} from '../../src/analysis/simulation/scenario.js';
import {
  simulateRollout,
  type Ramp,
  type SimulatedOutcome,
} from '../../src/analysis/simulation/simulate-rollout.js';
import { median, simulationRow } from '../../src/analysis/simulation/simulation-table.js';
import type { PartialJudgeSettings } from '../../src/analysis/read-judge-settings.js';
import { comparisonExpectations, expectations, strictExpectations } from './expected.js';
import { describeMachine } from '../serving/machine.js';
import { meanEngineAlarm } from './mean-engine.js';
import { reportOf, type Report } from './report.js';

type Job =
  | { kind: 'rollout'; scenario: Scenario; settings: PartialJudgeSettings; ramp?: Ramp }
  | { kind: 'detectors' | 'engine'; scenario: Scenario; changing: boolean };
interface Task {
  readonly job: Job;
  readonly seeds: readonly number[];
}
type Outcome = SimulatedOutcome | Record<Detector, number | null> | number | null;

const results = 'bench/results/judge-scenarios.json';

/**
 * Seeds that nothing has seen: after runs with those from 100,000 and from 200,000 on, the bursts of
 * errors and the rule of agreement were chosen anew, the latter with some from 300,000 on in sight.
 */
const firstSeed = 400_000;

/** The judge's latency mean alone, as the first table has it: a look every 100 of 20,000 at 10%. */
const meanAlone: { settings: PartialJudgeSettings; ramp: Ramp } = {
  settings: {
    checks: {
      errors: null,
      latencyP95: null,
      latencyP99: null,
      latencyTwiceP99: null,
      latencyMean: { weight: 1, tolerance: 0 },
    },
  },
  ramp: {
    steps: [{ share: 0.1, requests: Infinity }],
    atMost: standardDetectorRun.requests,
    bucketRequests: standardDetectorRun.lookEvery,
  },
};
const slower = { ...harmlessScenario, name: 'latency +20%', latencyFactor: 1.2 };
/** Load and share move together: what is compared must not be pooled. */
const changing: Scenario = {
  ...harmlessScenario,
  name: 'A/A while load and share change',
  drift: { factor: 1 / 0.7, from: 2000, until: 10_000 },
};
const changingRun: DetectorRun = {
  ...standardDetectorRun,
  shareAt: (request) => [0.1, 0.2, 0.3, 0.4, 0.5][Math.floor(request / 2000)] ?? 0.5,
};
const changingRamp: Ramp = {
  steps: [0.1, 0.2, 0.3, 0.4, 0.5].map((share) => ({ share, requests: 2000 })),
  atMost: 20_000,
  bucketRequests: 100,
};

if (parentPort === null) await runAll();
else serveTasks();

async function runAll(): Promise<void> {
  const workers = Number(process.argv[2] ?? 1);
  const scale = Number(process.argv[3] ?? 1);
  const runsOf = (runs: number): number => Math.max(10, Math.round(runs * scale));
  const machine = describeMachine();
  const started = Date.now();
  const run = await startWorkers(workers);
  const rollouts = async (
    scenario: Scenario,
    runs: number,
    settings: PartialJudgeSettings,
    ramp?: Ramp,
  ): Promise<SimulatedOutcome[]> =>
    (await run(
      { kind: 'rollout', scenario, settings, ...(ramp === undefined ? {} : { ramp }) },
      runsOf(runs),
    )) as SimulatedOutcome[];
  const alarms = async (scenario: Scenario, isChanging: boolean) =>
    (await run({ kind: 'detectors', scenario, changing: isChanging }, runsOf(400))) as Record<
      Detector,
      number | null
    >[];

  const onlyComparison = process.argv[4] === 'comparison';
  const before = onlyComparison ? (JSON.parse(readFileSync(results, 'utf8')) as Report) : undefined;
  const engine = async (scenario: Scenario, isChanging: boolean, runs: number) =>
    (await run({ kind: 'engine', scenario, changing: isChanging }, runsOf(runs))) as (
      number | null
    )[];

  const rows = [...(before?.rows ?? [])];
  for (const scenario of onlyComparison ? [] : scenarios) {
    const runs = scenario.name.startsWith('A/A') ? 1000 : 400;
    rows.push(simulationRow(scenario.name, await rollouts(scenario, runs, {})));
  }
  const strict = [...(before?.strict ?? [])];
  const harmless = scenarios.filter(({ name }) => name.startsWith('A/A'));
  for (const scenario of onlyComparison ? [] : harmless) {
    strict.push(simulationRow(scenario.name, await rollouts(scenario, 1000, strictTolerances)));
  }
  const { settings, ramp } = meanAlone;
  const judge = {
    harmless: await rollouts(harmlessScenario, 1000, settings, ramp),
    changing: await rollouts(changing, 400, settings, changingRamp),
    slower: await rollouts(slower, 400, settings, ramp),
  };
  const others = {
    harmless: await alarms(harmlessScenario, false),
    changing: await alarms(changing, true),
    slower: await alarms(slower, false),
  };
  const alarmed = (outcomes: readonly SimulatedOutcome[]): (number | null)[] =>
    outcomes.map(({ outcome, requests }) => (outcome === 'rolled-back' ? requests : null));
  const comparison = [
    ...Object.values(Detector).map((name) => ({
      name: `${name}, every look`,
      ...comparisonOf(
        others.harmless.map((one) => one[name]),
        others.changing.map((one) => one[name]),
        others.slower.map((one) => one[name]),
      ),
    })),
    {
      name: 'Engine A alone on the latency, tolerance 0',
      ...comparisonOf(
        await engine(harmlessScenario, false, 1000),
        await engine(changing, true, 400),
        await engine(slower, false, 400),
      ),
    },
    {
      name: 'the judge, latency mean alone, tolerance 0',
      ...comparisonOf(alarmed(judge.harmless), alarmed(judge.changing), alarmed(judge.slower)),
    },
  ];
  run.stop();
  const report: Report = {
    machine,
    firstSeed,
    workers,
    seconds: before?.seconds ?? Math.round((Date.now() - started) / 1000),
    rows,
    strict,
    comparison,
  };
  const text = reportOf(report, expectations, strictExpectations, comparisonExpectations);
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(results, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync('bench/results/judge-scenarios.md', text);
  // The mark of a cell that disagrees with STATISTICS.md.
  if (text.includes(') **!**')) process.exitCode = 1;
  console.log(`\n${text}`);
}

function comparisonOf(
  harmless: (number | null)[],
  whileChanging: (number | null)[],
  whenSlower: (number | null)[],
): Omit<Report['comparison'][number], 'name'> {
  const alarms = (all: (number | null)[]): number[] => all.filter((one) => one !== null);
  const rate = (all: (number | null)[]) => ({
    share: alarms(all).length / all.length,
    runs: all.length,
  });
  const foundAfter = median(alarms(whenSlower));
  return {
    falseAlarms: rate(harmless),
    falseAlarmsWhileChanging: rate(whileChanging),
    found: rate(whenSlower),
    ...(foundAfter === undefined ? {} : { foundAfter }),
  };
}

/** Hands out seeds in portions, so that the progress is seen and all workers stay busy. */
async function startWorkers(count: number) {
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL(import.meta.url), { workerData: { isWorker: true } as unknown }),
  );
  const run = async (job: Job, runs: number): Promise<Outcome[]> => {
    const outcomes: Outcome[] = new Array<Outcome>(runs);
    let next = 0;
    let done = 0;
    await Promise.all(
      workers.map(async (worker) => {
        while (next < runs) {
          const first = next;
          next = Math.min(runs, next + 10);
          const seeds = Array.from(
            { length: next - first },
            (_, index) => firstSeed + first + index,
          );
          const portion = await answerOf(worker, { job, seeds });
          for (const [index, outcome] of portion.entries()) outcomes[first + index] = outcome;
          done += seeds.length;
          process.stderr.write(`\r${job.scenario.name} (${job.kind}): ${done} of ${runs}   `);
        }
      }),
    );
    process.stderr.write('\n');
    return outcomes;
  };
  await Promise.resolve();
  return Object.assign(run, {
    stop: () => {
      for (const worker of workers) void worker.terminate();
    },
  });
}

function answerOf(worker: Worker, task: Task): Promise<Outcome[]> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    worker.once('error', failed);
    worker.once('message', (outcomes: Outcome[]) => {
      worker.off('error', failed);
      resolve(outcomes);
    });
    worker.postMessage(task);
  });
}

function serveTasks(): void {
  if (!(workerData as { isWorker?: boolean }).isWorker) return;
  parentPort?.on('message', ({ job, seeds }: Task) => {
    parentPort?.postMessage(seeds.map((seed) => outcomeOf(job, seed)));
  });
}

function outcomeOf(job: Job, seed: number): Outcome {
  switch (job.kind) {
    case 'rollout':
      return simulateRollout(job.scenario, seed, job.settings, job.ramp);
    case 'detectors':
      return firstAlarms(job.scenario, seed, job.changing ? changingRun : standardDetectorRun);
    case 'engine':
      return meanEngineAlarm(job.scenario, seed, job.changing ? changingRun : standardDetectorRun);
  }
}
