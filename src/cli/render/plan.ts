import type { CheckOutlook, Duration, StepOutlook } from '../../analysis/plan-strategy.js';
import { renderTable } from './table.js';

export interface PlanAssumptions {
  readonly rps: number;
  /** Shares, from 0 to 1. */
  readonly errors: number;
  readonly spread: number;
  readonly slowdown: number;
  readonly regressedErrors: number;
  readonly power: number;
}

/** A plan as text: what is assumed, a table, a chart of the minutes, and what cannot be seen. Pure. */
export function renderPlan(
  assumed: PlanAssumptions,
  steps: readonly StepOutlook[],
  notPlanned: readonly string[],
): string {
  if (steps.length === 0) return 'No step sends traffic to both arms, so there is nothing to plan.';
  const rows = steps.flatMap(({ share, checks }) =>
    checks.map((check) => [
      percent(share),
      check.check,
      requests(check.find),
      minutes(check.find),
      check.exclude === undefined ? '–' : requests(check.exclude),
      check.exclude === undefined ? '–' : minutes(check.exclude),
    ]),
  );
  const header = ['weight', 'check', 'find: requests', 'time', 'exclude: requests', 'time'];
  const warnings = steps.flatMap((step) => step.warnings);
  return [
    `${assumed.rps} requests a second, ${percent(assumed.errors)} of them fail, latencies spread by ${assumed.spread}.`,
    `To be found with a chance of ${percent(assumed.power)}: ${percent(assumed.slowdown)} slower, or ${percent(assumed.regressedErrors)} that fail.`,
    '',
    renderTable(header, rows),
    '',
    'Minutes of a step until it is found (█), and until a harmless canary has passed the gate (░):',
    renderBars(steps),
    ...(notPlanned.length === 0
      ? []
      : [
          '',
          `Not planned, as nothing is known of it before there is traffic: ${notPlanned.join(', ')}.`,
        ]),
    ...(warnings.length === 0 ? [] : ['', ...warnings.map((warning) => `! ${warning}`)]),
  ].join('\n');
}

const barWidth = 48;
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
  const lines = steps.flatMap(({ share, checks }) =>
    checks.flatMap((check: CheckOutlook) => {
      const label = `${percent(share)} ${check.check}`.padEnd(22);
      const excluded = bar(check.exclude, '░');
      return [
        `${label}${check.find === null ? 'never' : bar(check.find, '█')}`,
        ...(excluded === '' ? [] : [`${' '.repeat(22)}${excluded}`]),
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

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))}%`;
}
