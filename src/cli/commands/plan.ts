import { Command } from 'commander';
import {
  checksWithoutPlan,
  planStrategy,
  type PlannedStep,
  type StepOutlook,
} from '../../analysis/plan-strategy.js';
import { nothingWished, parseSerinYaml } from '../../config/parse-serin-yaml.js';
import { plannedSettings } from '../../rollout/live/planned-settings.js';
import type { Strategy } from '../../rollout/strategy/strategy.js';
import { print } from '../options.js';
import { readTextFile } from '../read-text-file.js';
import { renderPlan } from '../render/plan.js';
import { parseDurationMs, parsePositive, parseRelative } from '../units.js';

interface PlanOptions {
  readonly rps: number;
  readonly errors: number;
  readonly spread: number;
  readonly slowdown: number;
  readonly regressedErrors?: number;
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
    .requiredOption('--rps <number>', 'requests a second, both arms together', parsePositive)
    .option('--errors <percent>', 'of requests that fail today', parseRelative, 0.005)
    .option(
      '--spread <number>',
      'standard deviation of the logarithm of the latency',
      parsePositive,
      0.5,
    )
    .option('--slowdown <percent>', 'regression to find: so much slower', parseRelative, 0.2)
    .option(
      '--regressed-errors <percent>',
      'regression to find: so many requests fail',
      parseRelative,
    )
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
      '\nExample:\n  $ serin plan --rps 50 --errors 0.5% --slowdown 10% --regressed-errors 1% --max 15m',
    )
    .action(plan);
}

function plan(options: PlanOptions): void {
  const { rps, errors, spread, slowdown, power, json } = options;
  // Without a wish, a doubling of the errors is what people fear.
  const regressedErrors = options.regressedErrors ?? Math.min(0.5, 2 * errors);
  const strategy = strategyOf(options);
  const steps = stepsOf(options, strategy);
  const settings = plannedSettings(
    strategy ?? parseSerinYaml(nothingWished, 'serin plan'),
    options,
  );
  const outlooks: StepOutlook[] = planStrategy(
    { requestsPerSecond: rps, errorRate: errors, latencySpread: spread },
    { latency: slowdown, errorRate: regressedErrors },
    steps,
    settings,
    power,
  );
  const assumed = { rps, errors, spread, slowdown, regressedErrors, power };
  const notPlanned = checksWithoutPlan(settings);
  print({ assumed, steps: outlooks, notPlanned }, json, () =>
    renderPlan(assumed, outlooks, notPlanned),
  );
}

function strategyOf({ file }: PlanOptions): Strategy | undefined {
  return file === undefined ? undefined : parseSerinYaml(readTextFile(file), file);
}

function stepsOf({ steps, max }: PlanOptions, strategy: Strategy | undefined): PlannedStep[] {
  const maxMinutes = max === undefined ? null : max / 60_000;
  if (strategy === undefined) return steps.map((share) => ({ share, maxMinutes }));
  const weights = strategy.steps.flatMap((step) => (step.kind === 'weight' ? [step] : []));
  return weights.map(({ weight, hold }) => ({
    share: weight / 100,
    maxMinutes: maxMinutes ?? hold.maxMs / 60_000,
  }));
}

function parseSteps(text: string): number[] {
  return text.split(',').map(parseRelative);
}
