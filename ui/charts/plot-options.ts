import uPlot from 'uplot';
import type { ChartPlan } from './chart-plan.js';
import { colourOf, washOf } from './colours.js';
import type { Mark } from './marks.js';
import { logTicks } from './log-ticks.js';
import { rangeOf, timeRangeOf } from './range.js';

interface Surroundings {
  readonly width: number;
  readonly marks: () => readonly Mark[];
  /** Called with the place of the point under the pointer; null when it left. */
  readonly onPoint: (index: number | null) => void;
}

/** All charts of a page point at the same moment. */
const sync = uPlot.sync('moment');

// uPlot declares a constant enumeration, which code that is compiled file by file cannot name.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- so the number is written
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
      y: { ...(plan.axis === 'log' ? logarithmic : {}), range: (plot) => rangeOf(plan, plot.data) },
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
      draw: [(plot) => drawLevels(plot, plan), (plot) => drawMarks(plot, around.marks())],
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

function drawLevels(plot: uPlot, { levels = [] }: ChartPlan): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'alphabetic';
  const places = levels.map(({ at }) => Math.round(plot.valToPos(at, 'y', true)));
  levels.forEach(({ words, colour }, i) => {
    const y = places[i] ?? 0;
    ctx.strokeStyle = ctx.fillStyle = colourOf(colour);
    ctx.lineWidth = ratio;
    ctx.setLineDash([5 * ratio, 4 * ratio]);
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    // Two levels close to each other: the word of the lower one goes below its line.
    const isLower = places.some(
      (other, j) => (other < y || (other === y && j < i)) && y - other < 26 * ratio,
    );
    ctx.fillText(words, bbox.left + bbox.width - 4 * ratio, y + (isLower ? 12 : -4) * ratio);
  });
  ctx.restore();
}

function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  // Decisions get their words first, so that a step just before does not take their place.
  const inOrder = [...marks].sort((a, b) => Number(b.isDecision) - Number(a.isDecision));
  const taken: [number, number][] = [];
  for (const { at, words, colour, isDecision } of inOrder) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue;
    ctx.strokeStyle = ctx.fillStyle = colourOf(colour);
    ctx.lineWidth = (isDecision ? 1.5 : 1) * ratio;
    ctx.setLineDash(isDecision ? [] : [2 * ratio, 3 * ratio]);
    line(ctx, x, bbox.top, x, bbox.top + bbox.height);
    const width = ctx.measureText(words).width;
    const left = Math.min(Math.max(bbox.left, x - width / 2), bbox.left + bbox.width - width);
    const right = left + width;
    const air = 6 * ratio;
    if (taken.some(([from, to]) => left < to + air && right > from - air)) continue;
    taken.push([left, right]);
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    ctx.fillText(words, left, bbox.top - 4 * ratio);
  }
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
