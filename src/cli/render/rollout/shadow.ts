import type { PairedBody } from '../../../api/contract/shadow.js';
import type { RolloutBody } from '../../../api/contract/rollouts.js';
import { formatNumber, formatShare } from '../quantities.js';

/** What became of copies, and what both answers to the same request say. Pure. */
export function renderShadow(shadow: NonNullable<RolloutBody['shadow']>): string[] {
  const { pairs, agreeing, failed, shed, paired } = shadow;
  return [
    `shadow   ${pairs} pairs, ${formatShare(agreeing, pairs)} agree; ` +
      `${failed} failed, ${shed} not made`,
    ...(paired === null || pairs === 0 ? [] : linesOf(paired).map((line) => `         ${line}`)),
  ];
}

function linesOf({ latency, failures, numbers }: PairedBody): string[] {
  return [
    ...(latency === null ? [] : [`latency ${speedOf(latency)} on the same request`]),
    `failed by the canary alone ${failures.only_canary}, by stable alone ${failures.only_stable}`,
    ...(numbers === null
      ? []
      : [
          `numbers ${shortNumber(numbers.mean_absolute)} apart on average, ` +
            `at most ${shortNumber(numbers.largest_absolute)}`,
        ]),
  ];
}

function speedOf({ ratio, low, high }: NonNullable<PairedBody['latency']>): string {
  const known = low === null || high === null ? '' : ` (${percentOf(low)} to ${percentOf(high)})`;
  return `${percentOf(ratio)}${known}`;
}

/** 1.1 → `+10%`, 0.95 → `−5%`. */
function percentOf(ratio: number): string {
  const percent = Math.round(1000 * (ratio - 1)) / 10;
  return `${percent < 0 ? '−' : '+'}${formatNumber(Math.abs(percent))}%`;
}

/** Two digits that matter: scores may be of any size. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(2)));
}
