import uPlot from 'uplot';
import type { ChartPlan, Level } from './chart-plan.js';
import { colourOf, washOf } from './colours.js';
import type { Mark } from './marks.js';
import { drawLevels, drawMarks } from './drawn.js';
import { logTicks } from './log-ticks.js';
import { rangeOf, timeRangeOf } from './range.js';

interface Surroundings {
  readonly width: number;
  readonly marks: () => readonly Mark[];
  readonly levels: () => readonly Level[];
  /** Called with the place of the point under the pointer; null when it left. */
  readonly onPoint: (index: number | null) => void;
}

/** All charts of a page point at the same moment. */
const sync = uPlot.sync('moment');

// uPlot declares a constant enumeration, which code that is compiled file by file cannot name: so the
// number is written.
const logarithmic = { distr: 3 as uPlot.Scale.Distr };

/** uPlot's own have ten lines for every power of ten, and no end for numbers that are hardly above 0. */
const logarithmicTicks: Pick<uPlot.Axis, 'splits' | 'filter'> = {
  splits: (_plot, _axis, min, max) => logTicks(min, max),
  filter: (_plot, splits) => splits,
};

const axisFont = '11px system-ui, sans-serif';

/** How uPlot is to draw a chart. */
export function plotOptions(plan: ChartPlan, around: Surroundings): uPlot.Options {
  const soft = colourOf('soft');
  const grid = { stroke: colourOf('line'), width: 1 };
  const axis = { stroke: soft, grid, font: axisFont, ticks: { show: false } };
  return {
    width: around.width,
    height: plan.height,
    padding: [14, 22, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      sync: { key: sync.key, setSeries: false },
      drag: { x: false, y: false },
      points: { size: 6 },
    },
    scales: {
      x: {
        time: true,
        // Not from what uPlot proposes: of one point alone, it makes years.
        range: ({ data: [times] }) => timeRangeOf(times, around.marks(), Date.now() / 1000),
      },
      y: {
        ...(plan.axis === 'log' ? logarithmic : {}),
        range: (plot) => rangeOf({ ...plan, levels: around.levels() }, plot.data),
      },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, space: 76, values: clockTimes },
      {
        ...axis,
        // As wide as its longest number, which is hardly ever more than `400 ms`.
        size: (_plot, values: readonly string[] | null) =>
          Math.max(52, ...(values ?? []).map(({ length }) => 12 + 6.5 * length)),
        ...(plan.axis === 'log' ? logarithmicTicks : {}),
        space: 32,
        // The unit is in the words above the chart; the axis has no room for long ones.
        values: (_plot, splits) =>
          splits.map((value) => plan.format(value).replace(/ points$/, '')),
      },
    ],
    series: [
      {},
      ...plan.lines.map(({ colour, dashed, isBound }): uPlot.Series => ({
        stroke: isBound === true ? washOf(colour, 0.45) : colourOf(colour),
        width: isBound === true ? 1 : 1.75,
        ...(dashed === true ? { dash: [4, 3] } : {}),
        // One point alone makes no line.
        points: { show: isSingle, size: 5 },
        spanGaps: false,
      })),
    ],
    ...(plan.band === undefined
      ? {}
      : {
          bands: [
            {
              series: [plan.band[0] + 1, plan.band[1] + 1],
              fill: washOf(plan.lines[plan.band[0]]?.colour ?? 'soft', 0.16),
            },
          ],
        }),
    hooks: {
      draw: [
        (plot) => drawLevels(plot, around.levels()),
        (plot) => drawMarks(plot, around.marks()),
      ],
      setCursor: [(plot) => around.onPoint(plot.cursor.idx ?? null)],
    },
  };
}

function isSingle(plot: uPlot, series: number): boolean {
  let known = 0;
  for (const value of plot.data[series] ?? []) {
    if (value !== null) known += 1;
    if (known > 1) return false;
  }
  return known === 1;
}

function clockTimes(_plot: uPlot, splits: number[], _axis: number, _space: number, step: number) {
  return splits.map((seconds) => {
    const at = new Date(seconds * 1000);
    if (step >= 86_400) return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
    return at.toLocaleTimeString('en-GB', step >= 60 ? { timeStyle: 'short' } : {});
  });
}
