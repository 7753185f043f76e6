import {
  computed,
  effect,
  signal,
  useComputed,
  useSignal,
  type ReadonlySignal,
} from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { PointBody } from '../../src/api/contract/rollouts.js';
import { coloursChanged } from '../data/theme.js';
import { Explained } from '../parts/explained.js';
import type { Explained as Key } from '../words/explanations.js';
import { moment } from '../words/format.js';
import { GrowingColumns, type Columns, type Reading } from './columns.js';
import type { Colour } from './colour.js';
import type { Mark } from './marks.js';
import { plotOptions } from './plot-options.js';

/** One line over time. */
export interface Line {
  readonly name: string;
  readonly colour: Colour;
  readonly read: Reading;
  readonly dashed?: boolean;
  /** Bounds of a band are drawn thin, and not named. */
  readonly isBound?: boolean;
}

/** A level that a line is compared with. */
export interface Level {
  readonly at: number;
  readonly words: string;
  readonly colour: Colour;
}

export interface ChartPlan {
  readonly title: string;
  readonly of: Key;
  readonly format: (value: number | null | undefined) => string;
  readonly lines: readonly Line[];
  readonly levels?: readonly Level[];
  /** The two lines between which the chart is tinted. */
  readonly band?: readonly [high: number, low: number];
  /** `free` and `log` show what is there, without rare outliers. */
  readonly axis: 'from-zero' | 'free' | 'log';
  /** Where nothing is there, the axis goes this far all the same. */
  readonly atLeastTo?: number;
  /** Pixels. */
  readonly height: number;
}

/** A chart of what was measured over time; the same in words, and as a table, for who sees none. */
export function TimeChart({
  plan,
  points,
  marks,
}: {
  readonly plan: ChartPlan;
  readonly points: ReadonlySignal<readonly PointBody[]>;
  readonly marks: ReadonlySignal<readonly Mark[]>;
}) {
  const place = useRef<HTMLDivElement>(null);
  const pointedAt = useSignal<number | null>(null);
  const growing = useMemo(() => new GrowingColumns(plan.lines.map(({ read }) => read)), [plan]);
  const columns = useMemo(() => computed(() => growing.of(points.value)), [growing, points]);
  const words = useComputed(() => inWords(plan, columns.value));
  const colours = coloursChanged.value;
  useEffect(() => {
    const target = place.current;
    if (target === null) return undefined;
    const options = plotOptions(plan, {
      width: Math.max(100, target.clientWidth),
      marks: () => marks.peek(),
      onPoint: (index) => (pointedAt.value = index),
    });
    const plot = new uPlot(options, columns.peek(), target);
    const stopDrawing = drawWhileSeen(target, (isSeen) => {
      // Both are read, so that a change of either draws.
      const [data] = [columns.value, marks.value];
      if (isSeen) plot.setData(data);
    });
    const resized = new ResizeObserver(() => {
      const width = Math.max(100, target.clientWidth);
      if (width !== plot.width) plot.setSize({ width, height: plan.height });
    });
    resized.observe(target);
    return () => {
      resized.disconnect();
      stopDrawing();
      plot.destroy();
    };
  }, [plan, colours]);
  const shown = columns.value;
  const index = pointedAt.value ?? newestIndex(shown);
  return (
    <figure class="chart">
      <figcaption>
        <Explained of={plan.of}>{plan.title}</Explained>
        <span class="chart-now">
          {plan.lines.map(({ name, colour, isBound }, i) =>
            isBound === true ? null : (
              <span key={name} class="chart-value">
                <span class={`swatch ${colour}`} aria-hidden="true" />
                <span class="chart-name">{name}</span> {plan.format(shown[i + 1]?.[index])}
              </span>
            ),
          )}
        </span>
      </figcaption>
      <div
        ref={place}
        class="chart-place"
        role="img"
        aria-label={words.value}
        style={{ height: `${plan.height}px` }}
      />
      <AsTable plan={plan} columns={shown} />
    </figure>
  );
}

/** Draws whenever something changes, but only while it can be seen: a page has many charts. */
function drawWhileSeen(target: Element, draw: (isSeen: boolean) => void): () => void {
  const isSeen = signal(true);
  const watching = new IntersectionObserver((entries) => {
    isSeen.value = entries.at(-1)?.isIntersecting ?? true;
  });
  watching.observe(target);
  const stop = effect(() => draw(isSeen.value));
  return () => {
    watching.disconnect();
    stop();
  };
}

const mostRows = 24;

/** The chart as numbers: evenly chosen moments, the newest first. */
function AsTable({ plan, columns }: { readonly plan: ChartPlan; readonly columns: Columns }) {
  const isOpen = useSignal(false);
  const [times] = columns;
  const every = Math.max(1, Math.ceil(times.length / mostRows));
  const rows = isOpen.value
    ? times.map((_, i) => times.length - 1 - i).filter((_, i) => i % every === 0)
    : [];
  return (
    <details
      class="as-table"
      onToggle={(event) => (isOpen.value = event.currentTarget.open)}
      open={isOpen.value}
    >
      <summary>
        As a table<span class="hidden-words">: {plan.title}</span>
      </summary>
      <div class="scroll" role="region" aria-label={`${plan.title} as a table`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">time</th>
              {plan.lines.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                <th scope="row">{moment((times[row] ?? 0) * 1000)}</th>
                {plan.lines.map(({ name }, i) => (
                  <td key={name}>{plan.format(columns[i + 1]?.[row])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** What the chart shows, in one sentence for those who cannot see it. */
function inWords({ title, lines, format, levels = [] }: ChartPlan, columns: Columns): string {
  const said = lines.flatMap(({ name, isBound }, i) => {
    if (isBound === true) return [];
    const { low, high, newest } = summaryOf(columns[i + 1] ?? []);
    if (newest === undefined) return [`${name}: nothing measured yet`];
    return [`${name}: ${format(newest)} now, between ${format(low)} and ${format(high)}`];
  });
  const compared = levels.map(({ words, at }) => `${words} at ${format(at)}`);
  return `${title} over time. ${[...said, ...compared].join('; ')}.`;
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

/** The newest moment at which anything was measured. */
function newestIndex(columns: Columns): number {
  const [times, ...values] = columns;
  for (let i = times.length - 1; i >= 0; i -= 1) {
    if (values.some((column) => typeof column[i] === 'number')) return i;
  }
  return 0;
}
