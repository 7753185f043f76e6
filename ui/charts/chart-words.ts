import { moment } from '../words/format.js';
import type { ChartPlan, Level } from './chart-plan.js';
import type { Columns } from './columns.js';
import type { Mark } from './marks.js';

/** What the chart shows, in one sentence for those who cannot see it. */
export function chartWords(
  { title, lines, format }: ChartPlan,
  columns: Columns,
  levels: readonly Level[],
  marks: readonly Mark[],
): string {
  const said = lines.flatMap(({ name, isBound }, i) => {
    if (isBound === true) return [];
    const { low, high, newest } = summaryOf(columns[i + 1] ?? []);
    if (newest === undefined) return [`${name}: nothing measured yet`];
    return [`${name}: ${format(newest)} now, between ${format(low)} and ${format(high)}`];
  });
  const compared = levels.map(({ words, at }) => `${words} at ${format(at)}`);
  const decided = marks.flatMap(({ at, words, isDecision }) =>
    isDecision ? [`${words} at ${moment(1000 * at)}`] : [],
  );
  return `${title} over time. ${[...said, ...compared, ...decided].join('; ')}.`;
}

function summaryOf(column: readonly (number | null)[]) {
  let [low, high] = [Infinity, -Infinity];
  let newest: number | undefined;
  for (const value of column) {
    if (value === null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    newest = value;
  }
  return { low, high, newest };
}
