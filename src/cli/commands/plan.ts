import { Command } from 'commander';
import type { PlannedStep, StepOutlook } from '../../analysis/plan/plan-outlook.js';
import { checksWithoutPlan, planStrategy } from '../../analysis/plan/plan-strategy.js';
import type { PlannedTraffic } from '../../analysis/plan/prospects.js';
import { trafficOf } from '../../analysis/plan/recorded-traffic.js';
import { nothingWished, parseSerinYaml } from '../../config/parse-serin-yaml.js';
import { SerinError } from '../../domain/errors.js';
import { readRecorded } from '../../observing/recorded/read-recorded.js';
import { plannedSettings } from '../../rollout/live/planned-settings.js';
import { isHeld } from '../../rollout/strategy/step.js';
import type { Strategy } from '../../rollout/strategy/strategy.js';
import { print } from '../options.js';
import { readTextFile } from '../read-text-file.js';
import { renderPlan } from '../render/plan.js';
import { parseDurationMs, parsePositive, parseRelative } from '../units.js';

interface PlanOptions {
  readonly recorded?: string;
  readonly rps?: number;
  readonly errors?: number;
  readonly latency?: number;
  readonly spread?: number;
  readonly slowdown: number;
  readonly regressedErrors?: number;
  readonly drift: number;
  readonly steps: readonly number[];
  readonly max?: number;
  readonly file?: string;
  readonly alpha?: number;
  readonly latencyTolerance?: number;
  readonly errorsTolerance?: number;
  readonly power: number;
  readonly json?: boolean;
}

/** serin plan */
export function planCommand(): Command {
  return new Command('plan')
    .description('How long each step of a strategy takes to find a regression, or to exclude one.')
    .option('--rps <number>', 'requests a second, both arms together', parsePositive)
    .option('--errors <percent>', 'of requests that fail today (0.5%)', parseRelative)
    .option('--latency <time>', "stable's median latency (20ms)", parseDurationMs)
    .option(
      '--spread <number>',
      'standard deviation of the logarithm of the latency (0.5)',
      parsePositive,
    )
    .option('--recorded <file>', 'take these four from recorded requests, as of serin judge')
    .option('--slowdown <percent>', 'regression to find: so much slower', parseRelative, 0.2)
    .option(
      '--regressed-errors <percent>',
      'regression to find: so many requests fail',
      parseRelative,
    )
    .option('--drift <percent>', 'regression to find: so many answers shift', parseRelative, 0)
    .option(
      '--steps <percents>',
      'weights of the canary, with commas',
      parseSteps,
      [0.1, 0.25, 0.5],
    )
    .option('--max <time>', 'how long a step may take', parseDurationMs)
    .option('--file <serin.yaml>', 'take the steps, their time and the checks from here')
    .option('--alpha <number>', 'the chance of rolling back a harmless canary', parsePositive)
    .option('--latency-tolerance <percent>', 'so much slower is no harm (5%)', parseRelative)
    .option('--errors-tolerance <percent>', 'so many points more errors are no harm', parseRelative)
    .option('--power <percent>', 'the chance of finding it', parseRelative, 0.8)
    .option('--json', 'answer for machines')
    .addHelpText(
      'after',
      '\nExample:\n  $ serin plan --rps 50 --errors 0.5% --latency 8ms --slowdown 10% --max 15m',
    )
    .action(plan);
}

async function plan(options: PlanOptions): Promise<void> {
  const { slowdown, drift, power, json } = options;
  const traffic = await trafficFor(options);
  const { requestsPerSecond: rps, errorRate: errors } = traffic;
  // Without a wish, a doubling of the errors is what people fear.
  const regressedErrors = options.regressedErrors ?? Math.min(0.5, 2 * errors);
  const strategy = strategyOf(options);
  const steps = stepsOf(options, strategy);
  const settings = plannedSettings(
    strategy ?? parseSerinYaml(nothingWished, 'serin plan'),
    options,
  );
  const outlooks: StepOutlook[] = planStrategy(
    traffic,
    { latency: slowdown, errorRate: regressedErrors, drift },
    steps,
    settings,
    power,
  );
  const { latencyMs: latency, latencySpread: spread } = traffic;
  const assumed = { rps, errors, latency, spread, slowdown, regressedErrors, drift, power };
  const notPlanned = checksWithoutPlan(settings);
  print({ assumed, steps: outlooks, notPlanned }, json, () =>
    renderPlan(assumed, outlooks, notPlanned),
  );
}

/** What is said of the traffic; of the rest, what was recorded, or what is usual. */
async function trafficFor(options: PlanOptions): Promise<PlannedTraffic> {
  const recorded =
    options.recorded === undefined
      ? undefined
      : trafficOf((await readRecorded(options.recorded)).map(({ observation }) => observation));
  const { rps = recorded?.requestsPerSecond, errors, latency, spread } = options;
  if (rps === undefined) {
    throw new SerinError('usage', { expected: '--rps, or --recorded', found: 'neither' });
  }
  return {
    requestsPerSecond: rps,
    errorRate: errors ?? recorded?.errorRate ?? 0.005,
    latencyMs: latency ?? recorded?.latencyMs ?? 20,
    latencySpread: spread ?? recorded?.latencySpread ?? 0.5,
  };
}

function strategyOf({ file }: PlanOptions): Strategy | undefined {
  return file === undefined ? undefined : parseSerinYaml(readTextFile(file), file);
}

function stepsOf({ steps, max }: PlanOptions, strategy: Strategy | undefined): PlannedStep[] {
  const maxMinutes = max === undefined ? null : max / 60_000;
  if (strategy === undefined) return steps.map((share) => ({ kind: 'weight', share, maxMinutes }));
  return strategy.steps.filter(isHeld).map((step) => ({
    kind: step.kind,
    share: (step.kind === 'shadow' ? step.percent : step.weight) / 100,
    maxMinutes: maxMinutes ?? step.hold.maxMs / 60_000,
  }));
}

function parseSteps(text: string): number[] {
  return text.split(',').map(parseRelative);
}
