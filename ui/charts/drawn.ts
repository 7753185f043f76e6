import type uPlot from 'uplot';
import type { Level } from './chart-plan.js';
import { colourOf } from './colours.js';
import type { Mark } from './marks.js';

/** Draws what the lines are compared with, each level with its word at its right end. */
export function drawLevels(plot: uPlot, levels: readonly Level[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'alphabetic';
  const places = levels.map(({ at }) => Math.round(plot.valToPos(at, 'y', true)));
  levels.forEach(({ words, colour }, i) => {
    const y = places[i] ?? 0;
    // Beyond the axis; the words of the chart say where.
    if (y < bbox.top || y > bbox.top + bbox.height) return;
    ctx.strokeStyle = ctx.fillStyle = colourOf(colour);
    ctx.lineWidth = ratio;
    ctx.setLineDash([5 * ratio, 4 * ratio]);
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    // Two levels close to each other: the word of the lower one goes below its line.
    const isLower = places.some(
      (other, j) => (other < y || (other === y && j < i)) && y - other < 26 * ratio,
    );
    write(ctx, words, bbox.left + bbox.width - 4 * ratio, y + (isLower ? 12 : -4) * ratio);
  });
  ctx.restore();
}

/** Draws the moments that matter, each with its word above where there is room for it. */
export function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
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
    write(ctx, words, left, bbox.top - 4 * ratio);
  }
  ctx.restore();
}

/** With an edge of the ground's colour, so that it can be read where a line runs through it. */
function write(ctx: CanvasRenderingContext2D, words: string, x: number, y: number): void {
  const { strokeStyle, lineWidth } = ctx;
  ctx.setLineDash([]);
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.strokeStyle = colourOf('card');
  ctx.strokeText(words, x, y);
  ctx.fillText(words, x, y);
  ctx.strokeStyle = strokeStyle;
  ctx.lineWidth = lineWidth;
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
