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
import type { ChartPlan, Level } from './chart-plan.js';
import { ChartTable } from './chart-table.js';
import { chartWords } from './chart-words.js';
import { GrowingColumns, type Columns } from './columns.js';
import type { Mark } from './marks.js';
import { plotOptions } from './plot-options.js';

/** A chart of what was measured over time; the same in words, and as a table, for who sees none. */
export function TimeChart({
  plan,
  points,
  marks,
  levels,
}: {
  readonly plan: ChartPlan;
  readonly points: ReadonlySignal<readonly PointBody[]>;
  readonly marks: ReadonlySignal<readonly Mark[]>;
  readonly levels?: ReadonlySignal<readonly Level[]>;
}) {
  const place = useRef<HTMLDivElement>(null);
  const pointedAt = useSignal<number | null>(null);
  const growing = useMemo(() => new GrowingColumns(plan.lines.map(({ read }) => read)), [plan]);
  const columns = useMemo(() => computed(() => growing.of(points.value)), [growing, points]);
  const words = useComputed(() =>
    chartWords(plan, columns.value, levels?.value ?? [], marks.value),
  );
  const colours = coloursChanged.value;
  useEffect(() => {
    const target = place.current;
    if (target === null) return undefined;
    const options = plotOptions(plan, {
      width: Math.max(100, target.clientWidth),
      marks: () => marks.peek(),
      levels: () => levels?.peek() ?? [],
      onPoint: (index) => (pointedAt.value = index),
    });
    const plot = new uPlot(options, columns.peek(), target);
    const stopDrawing = drawWhileSeen(target, (isSeen) => {
      // All are read, so that a change of any draws.
      const [data] = [columns.value, marks.value, levels?.value];
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
                <span class="chart-name">{name}</span>{' '}
                <span class="chart-number">{plan.format(shown[i + 1]?.[index])}</span>
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
      <ChartTable plan={plan} columns={shown} />
    </figure>
  );
}

/** Draws whenever something changes, but only while it can be seen or is printed: a page has many charts. */
function drawWhileSeen(target: Element, draw: (isSeen: boolean) => void): () => void {
  const isSeen = signal(true);
  const watching = new IntersectionObserver((entries) => {
    isSeen.value = entries.at(-1)?.isIntersecting ?? true;
  });
  watching.observe(target);
  const isPrinted = signal(false);
  const print = (event: Event): void => void (isPrinted.value = event.type === 'beforeprint');
  for (const moment of ['beforeprint', 'afterprint']) addEventListener(moment, print);
  const stop = effect(() => draw(isSeen.value || isPrinted.value));
  return () => {
    for (const moment of ['beforeprint', 'afterprint']) removeEventListener(moment, print);
    watching.disconnect();
    stop();
  };
}

/** The newest moment at which anything was measured. */
function newestIndex(columns: Columns): number {
  const [times, ...values] = columns;
  for (let i = times.length - 1; i >= 0; i -= 1) {
    if (values.some((column) => typeof column[i] === 'number')) return i;
  }
  return 0;
}
