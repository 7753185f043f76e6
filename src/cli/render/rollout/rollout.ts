import type { FrontStatus } from '../../../api/contract/front.js';
import type { RolloutBody } from '../../../api/contract/rollouts.js';
import type { VerdictBody } from '../../../api/contract/verdict.js';
import { writeTime } from '../../../config/units.js';
import { wrap } from '../fit.js';
import { renderFront } from '../front.js';
import type { Style } from '../paint.js';
import { formatBar, formatNumber } from '../quantities.js';
import { renderMeter } from '../meter.js';
import { renderArms } from './arms.js';
import { renderEvidence } from './evidence.js';
import type { Look } from './look.js';
import { renderShadow } from './shadow.js';
import { renderSteps } from './steps-line.js';

/** What is told of a rollout. */
export interface Told {
  readonly rollout: RolloutBody;
  /** Of the judge. */
  readonly alpha: number;
  /** What stands in front of its arms; null where requests come to Serin itself. */
  readonly front?: FrontStatus | null;
}

/**
 * A rollout as it stands, in blocks of lines, the most important first. Sentences are the API's. Pure.
 */
export function renderRollout({ rollout, alpha, front = null }: Told, look: Look): string[][] {
  return [
    [titleOf(rollout, look)],
    [renderSteps(rollout, look)],
    [...sentencesOf(rollout, look), ...gatesOf(rollout)],
    [...factsOf(rollout, look), ...frontOf(front, rollout)],
    renderArms(rollout),
    verdictOf(rollout, alpha, look),
  ].filter((block) => block.length > 0);
}

function titleOf(rollout: RolloutBody, { paint, timeOf }: Look): string {
  const { id, model, stable, canary, started_at: at, started_by: by, attempt } = rollout;
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  const title = paint('bold', `${model}: ${canary} against ${stable}`);
  return `${title}  ${paint('dim', `rollout ${id}, started ${timeOf(at)} by ${by}${again}`)}`;
}

function sentencesOf(rollout: RolloutBody, { columns, paint }: Look): string[] {
  const style = styleOf(rollout.phase);
  const says = wrap(columns, rollout.sentence);
  return [
    ...(style === undefined ? says : says.map((line) => paint(style, line))),
    ...(rollout.waits_for === null ? [] : wrap(columns, `Waits for ${rollout.waits_for}.`)),
  ];
}

function styleOf(phase: RolloutBody['phase']): Style | undefined {
  switch (phase) {
    case 'promoted':
    case 'promoting':
      return 'green';
    case 'paused':
      return 'yellow';
    case 'rolling-back':
    case 'rolled-back':
    case 'failed':
    case 'aborted':
      return 'red';
    case 'preparing':
    case 'shadowing':
    case 'progressing':
    case 'at-gate':
    case 'holding-back':
      return undefined;
  }
}

const gateMarks = {
  passed: '✓',
  failed: '✗',
  running: '●',
  coming: '○',
  'not-asked': '–',
} as const;

function gatesOf({ gates }: RolloutBody): string[] {
  return gates.flatMap(({ name, state, reason, report }) => {
    const says = reason === null ? '' : `: ${reason}`;
    const isGood = state === 'passed' || report === null;
    return [
      `${gateMarks[state]} gate ${name}${says}`,
      ...(isGood ? [] : [`  report   ${report}?format=text`]),
    ];
  });
}

function factsOf(rollout: RolloutBody, { nowMs, timeOf }: Look): string[] {
  const { weight, time_left: left, step_since: since, shadow, warm_until: warm } = rollout;
  const split = rollout.verdict?.split;
  const hold = rollout.plan.find(({ state }) => state === 'current')?.hold ?? null;
  return [
    `weight   ${formatBar(weight / 100, 24)} ${formatNumber(weight)}%`,
    ...(split === undefined ? [] : [splitOf(split)]),
    ...(since === null || hold === null
      ? []
      : [holdOf(hold, Math.max(0, nowMs - Date.parse(since)))]),
    ...(left === null
      ? []
      : [
          `left     ${writeTime(left.at_least_ms)} at least, ${writeTime(left.at_most_ms)} at most`,
        ]),
    ...(shadow === null ? [] : renderShadow(shadow)),
    ...(warm === null ? [] : [`back     one command goes back until ${timeOf(warm)}`]),
  ];
}

function holdOf(hold: NonNullable<RolloutBody['plan'][number]['hold']>, servedMs: number): string {
  const { min_ms: minMs, max_ms: maxMs, requests } = hold;
  if (minMs === 0 && requests === 0) return `step     ${writeTime(servedMs)} so far`;
  return (
    `step     ${writeTime(servedMs)} of at least ${writeTime(minMs)}, ` +
    `at most ${writeTime(maxMs)}; at least ${requests} requests`
  );
}

/** The share that really came beside the one that was meant, in the page's words. */
function splitOf({ seen, intended, wrong }: VerdictBody['split']): string {
  const [came, meant] = [seen, intended].map((share) =>
    share === null ? '–' : `${formatNumber(100 * share)}%`,
  );
  return `split    ${came} so far, meant to be ${meant}${wrong ? ': wrong' : ''}`;
}

function frontOf(front: FrontStatus | null, { weight }: RolloutBody): string[] {
  if (front === null) return [];
  const lines = renderFront(front, weight);
  return lines.map((line, index) => (index === 0 ? 'front' : '').padEnd(9) + line);
}

function verdictOf(rollout: RolloutBody, alpha: number, look: Look): string[] {
  const { verdict, meter, sentence } = rollout;
  return [
    ...(meter === null ? [] : [`${renderMeter(meter)}  ${meter > 0 ? '+' : ''}${meter}`]),
    ...(verdict === null
      ? []
      : [
          ...(sentence.includes(verdict.sentence) ? [] : wrap(look.columns, verdict.sentence)),
          ...renderEvidence(verdict, alpha, look.paint),
        ]),
  ];
}
