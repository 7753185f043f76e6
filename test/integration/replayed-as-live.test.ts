import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CrossingWatch } from '../../src/analysis/replay/crossing-watch.js';
import { harmlessScenario, type Scenario } from '../../src/analysis/simulation/scenario.js';
import { SimulatedTraffic } from '../../src/analysis/simulation/simulated-traffic.js';
import { replayFile } from '../../src/cli/judge/replay-file.js';
import { Arm } from '../../src/domain/arm.js';
import { toModelName, type RequestId } from '../../src/domain/ids.js';
import { Outcome, type Observation } from '../../src/domain/observation.js';
import type { RolloutId } from '../../src/domain/rollout-id.js';
import { toPercent, toShare } from '../../src/domain/share.js';
import { AnswersToJudge } from '../../src/observing/answers-to-judge.js';
import { Comparisons } from '../../src/observing/comparisons.js';
import { ServedModel } from '../../src/serving/gateway/served-model.js';
import { Random } from '../../src/stats/random.js';
import { openDatabase } from '../../src/store/sqlite/database.js';
import { SqliteJudgeStates } from '../../src/store/sqlite/judge-states.js';
import { Split } from '../../src/traffic/in-process/split.js';

const newFolder = () => mkdtempSync(join(tmpdir(), 'serin-replay-'));

/** A server's judging is told of each request when its answer is there; its clock is the test's. */

const startMs = 1_700_000_000_000;
const steps = [
  { weight: 10, requests: 4_000, last: false },
  { weight: 30, requests: 6_000, last: true },
];
/** Longer than a bucket waits for late answers, so that some come when their step is over. */
const timeoutMs = 3_000;

interface Request {
  readonly weight: number;
  readonly observation: Observation;
}

/** A hundred requests a second; two in a hundred time out. */
function requestsOf(scenario: Partial<Scenario>): Request[] {
  const traffic = new SimulatedTraffic({ ...harmlessScenario, ...scenario }, 5);
  const random = new Random(7);
  const requests: Request[] = [];
  for (const { weight, requests: count } of steps) {
    for (let index = 0; index < count; index += 1) {
      const { isCanary, latencyMs } = traffic.next(weight / 100);
      const timedOut = random.happens(0.02);
      requests.push({
        weight,
        observation: {
          requestId: String(requests.length) as RequestId,
          startedAtMs: startMs + 10 * (requests.length + random.uniform()),
          arm: isCanary ? Arm.Canary : Arm.Stable,
          latencyMs: timedOut ? timeoutMs : latencyMs,
          outcome: timedOut ? Outcome.Timeout : Outcome.Ok,
        },
      });
    }
  }
  return requests;
}

/**
 * What a server saw of these requests, second by second.
 * @param phaseMs when its first look comes after the first request
 */
function judgedLive(requests: readonly Request[], phaseMs: number) {
  let nowMs = startMs;
  const model = new ServedModel(toModelName('churn'), new Split('churn', () => 0.5));
  const comparisons = new Comparisons({
    wallMs: () => nowMs,
    states: new SqliteJudgeStates(openDatabase(newFolder()), 1_000),
    answers: new AnswersToJudge(10),
    warn: (message) => {
      throw new Error(message);
    },
  });
  comparisons.begin(model, {}, 'r-1' as RolloutId);
  const watch = new CrossingWatch(0.05);
  let nextLookMs = requests[0]!.observation.startedAtMs + phaseMs;
  const looksUntil = (atMs: number): void => {
    for (; nextLookMs <= atMs; nextLookMs += 1_000) {
      nowMs = nextLookMs;
      comparisons.tick();
      watch.look(comparisons.verdict(model)!);
    }
    nowMs = atMs;
  };
  const happenings = [
    ...steps.map(({ weight, last }) => {
      const first = requests.find((one) => one.weight === weight)!;
      const plan = { kind: 'weight', share: toShare(toPercent(weight)), last } as const;
      return {
        atMs: first.observation.startedAtMs,
        happen: () => comparisons.openStep(model, plan, {}),
      };
    }),
    ...requests.map(({ observation }) => ({
      atMs: observation.startedAtMs + observation.latencyMs,
      happen: () => {
        comparisons.record(model, observation);
        watch.requests += 1;
      },
    })),
  ].sort((a, b) => a.atMs - b.atMs);
  for (const { atMs, happen } of happenings) {
    looksUntil(atMs);
    happen();
  }
  looksUntil(nowMs + 8_000);
  return { crossings: watch.crossings, verdict: comparisons.verdict(model)! };
}

/** The same requests as a log has them: in the order of their starts, or as they ended. */
function recordingOf(requests: readonly Request[], isByEnd: boolean): string {
  const keyOf = ({ observation: { startedAtMs, latencyMs } }: Request): number =>
    startedAtMs + (isByEnd ? latencyMs : 0);
  const lines = [...requests]
    .sort((a, b) => keyOf(a) - keyOf(b))
    .map(({ weight, observation: { startedAtMs, arm, latencyMs, outcome } }) =>
      [startedAtMs, arm, latencyMs, outcome, weight].join(','),
    );
  const file = join(newFolder(), 'requests.csv');
  writeFileSync(file, ['time,arm,latency,outcome,weight', ...lines].join('\n'));
  return file;
}

const options = {
  settings: {},
  weight: undefined,
  runs: 1,
  seed: 1,
  workers: undefined,
  output: undefined,
};

test.each([
  ['that harms', { latencyFactor: 1.2 }],
  ['that does not harm', {}],
])('a recorded rollout %s crosses each line when it did live', async (_what, scenario) => {
  const requests = requestsOf(scenario);
  const live = judgedLive(requests, 1_000);
  expect(live.crossings.length).toBeGreaterThan(0);
  for (const isByEnd of [false, true]) {
    const replayed = await replayFile(recordingOf(requests, isByEnd), options);
    expect(replayed.crossings).toEqual(live.crossings);
    expect(replayed.verdict.evidence).toEqual(live.verdict.evidence);
    expect(replayed.verdict.step).toEqual(live.verdict.step);
  }
});

test('a server that looks at other moments of each second sees the same within two buckets', async () => {
  const requests = requestsOf({ latencyFactor: 1.3 });
  const { crossings } = await replayFile(recordingOf(requests, false), options);
  const atOf = (all: typeof crossings) =>
    all.find(({ what, check }) => what === 'harm' && check === undefined)?.atMs;
  for (const phaseMs of [130, 490, 810]) {
    const live = judgedLive(requests, phaseMs);
    expect(Math.abs(atOf(live.crossings)! - atOf(crossings)!), `${phaseMs} ms`).toBeLessThan(
      12_000,
    );
  }
});
