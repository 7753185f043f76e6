import type {
  CheckOutlook,
  Duration,
  StepOutlook,
  UnplannedCheck,
} from '../../analysis/plan/plan-outlook.js';
import { renderTable } from './table.js';

export interface PlanAssumptions {
  readonly rps: number;
  /** Shares, from 0 to 1. */
  readonly errors: number;
  /** Milliseconds. */
  readonly latency: number;
  readonly spread: number;
  readonly slowdown: number;
  readonly regressedErrors: number;
  readonly drift: number;
  readonly power: number;
}

/** A plan as text: what is assumed, a table, a chart of the minutes, and what cannot be seen. Pure. */
export function renderPlan(
  assumed: PlanAssumptions,
  steps: readonly StepOutlook[],
  notPlanned: readonly UnplannedCheck[],
): string {
  if (steps.length === 0) return 'No step sends traffic to both arms, so there is nothing to plan.';
  const rows = steps.flatMap((step) =>
    step.checks.map(({ check, find, exclude }) => [
      placeOf(step),
      check,
      requests(find),
      minutes(find),
      exclude === undefined ? '–' : requests(exclude),
      exclude === undefined ? '–' : minutes(exclude),
    ]),
  );
  const header = ['weight', 'check', 'find: requests', 'time', 'exclude: requests', 'time'];
  const whyNot = reasons(steps, notPlanned);
  const warnings = steps.flatMap((step) => step.warnings);
  const { rps, errors, latency, spread, slowdown, regressedErrors, drift, power } = assumed;
  return [
    `${short(rps)} requests a second, ${percent(errors)} of them fail, latencies of ${short(latency)} ms (median) spread by ${short(spread)}.`,
    `To be found with a chance of ${percent(power)}: ${percent(slowdown)} slower, or ${percent(regressedErrors)} that fail` +
      `${drift === 0 ? '' : `, or predictions that drift by ${percent(drift)}`}.`,
    '',
    renderTable(header, rows),
    '',
    'Minutes of a step until it is found (█), and until a harmless canary has passed the gate (░):',
    renderBars(steps),
    ...(whyNot.length === 0 ? [] : ['', ...whyNot]),
    ...(warnings.length === 0 ? [] : ['', ...warnings.map((warning) => `! ${warning}`)]),
  ].join('\n');
}

/** Why a check finds or excludes nothing; each reason once, as it is mostly that of every step. */
function reasons(
  steps: readonly StepOutlook[],
  notPlanned: readonly UnplannedCheck[],
): readonly string[] {
  const said = steps.flatMap(({ checks }) =>
    checks.flatMap(({ check, findNever, excludeNever }) => [
      ...(findNever === undefined ? [] : [`${check} finds nothing: ${findNever}.`]),
      ...(excludeNever === undefined ? [] : [`${check} excludes nothing: ${excludeNever}.`]),
    ]),
  );
  return [
    ...new Set(said),
    ...notPlanned.map(({ check, why }) => `${check}: not planned, ${why}.`),
  ];
}

function placeOf({ kind, share }: StepOutlook): string {
  return kind === 'shadow' ? 'shadow' : percent(share);
}

const barWidth = 48;
const labelWidth = 'shadow latency-twice-p99 '.length;
const shortestMinutes = 0.1;

/** Bars on a logarithmic scale, from six seconds on: a rollout may take minutes or weeks. */
function renderBars(steps: readonly StepOutlook[]): string {
  const all = steps.flatMap(({ checks }) =>
    checks.flatMap(({ find, exclude }) => [find?.minutes, exclude?.minutes]),
  );
  const longest = Math.max(shortestMinutes * 10, ...all.flatMap((value) => value ?? []));
  const length = (value: number): number =>
    Math.max(
      1,
      Math.round(
        (barWidth * Math.log(value / shortestMinutes)) / Math.log(longest / shortestMinutes),
      ),
    );
  const bar = (duration: Duration | null | undefined, mark: string): string =>
    duration === null || duration === undefined
      ? ''
      : `${mark.repeat(length(Math.max(duration.minutes, shortestMinutes * 1.01)))} ${time(duration.minutes)}`;
  const lines = steps.flatMap((step) =>
    step.checks.flatMap((check: CheckOutlook) => {
      const label = `${placeOf(step)} ${check.check}`.padEnd(labelWidth);
      const excluded = bar(check.exclude, '░');
      return [
        `${label}${check.find === null ? 'never' : bar(check.find, '█')}`,
        ...(excluded === '' ? [] : [`${' '.repeat(labelWidth)}${excluded}`]),
      ];
    }),
  );
  return lines.join('\n');
}

function requests(duration: Duration | null): string {
  return duration === null ? 'never' : String(Math.ceil(duration.requests));
}

function minutes(duration: Duration | null): string {
  return duration === null ? 'never' : time(duration.minutes);
}

function time(value: number): string {
  if (value < 1) return `${Math.ceil(value * 60)} s`;
  if (value < 120) return `${value.toFixed(value < 10 ? 1 : 0)} min`;
  if (value < 48 * 60) return `${(value / 60).toFixed(1)} h`;
  return `${(value / 60 / 24).toFixed(1)} days`;
}

/** At most three digits that matter, and all before the point. */
function short(value: number): string {
  return String(value >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))}%`;
}
