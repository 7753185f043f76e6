import { escapeHtml } from './escape-html.js';
import type { Scale } from './scale.js';

/** One line of a chart. */
export interface ChartSeries {
  readonly name: string;
  /** Its colour and stroke, by a class of the page's style. */
  readonly style: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface SvgChart {
  /** What it shows, as a heading. */
  readonly title: string;
  /** What to see in it, in one sentence. */
  readonly caption: string;
  readonly series: readonly ChartSeries[];
  readonly x: Scale;
  readonly y: Scale;
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
  /** Horizontal lines: limits that were asked for. */
  readonly limits?: readonly { readonly name: string; readonly y: number }[];
}

const width = 720;
const height = 260;
const margin = { left: 78, right: 16, top: 12, bottom: 28 } as const;
const plot = {
  width: width - margin.left - margin.right,
  height: height - margin.top - margin.bottom,
} as const;
/** Points with a tooltip of their own; a line of more would only be slow. */
const mostTooltips = 400;

/** A chart as a figure with inline SVG: axes, lines, legend, and a tooltip at every point. */
export function svgChart(chart: SvgChart): string {
  const { title, caption, series, limits = [] } = chart;
  const drawn = series.filter(({ points }) => points.length > 0);
  const legend = drawn
    .map(({ name, style }) => `<span class="key ${style}">${escapeHtml(name)}</span>`)
    .join('');
  return [
    '<figure>',
    `<figcaption><h2>${escapeHtml(title)}</h2><p>${escapeHtml(caption)}</p></figcaption>`,
    drawn.length > 1 ? `<p class="legend">${legend}</p>` : '',
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(`${title}. ${caption}`)}">`,
    ...horizontals(chart),
    ...verticals(chart),
    ...limits.map(({ name, y }) => limitLine(name, placeY(chart.y.at(y)))),
    ...drawn.map((one) => line(one, chart)),
    '</svg>',
    '</figure>',
  ].join('\n');
}

function horizontals({ y, formatY }: SvgChart): string[] {
  return y.ticks.map((tick) => {
    const at = placeY(y.at(tick));
    return (
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"/>` +
      `<text x="${margin.left - 8}" y="${at}" dy="0.32em" text-anchor="end">${escapeHtml(formatY(tick))}</text>`
    );
  });
}

function verticals({ x, formatX }: SvgChart): string[] {
  const bottom = height - margin.bottom;
  return x.ticks.map((tick) => {
    const at = placeX(x.at(tick));
    return (
      `<line class="grid" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/>` +
      `<text x="${at}" y="${bottom + 18}" text-anchor="middle">${escapeHtml(formatX(tick))}</text>`
    );
  });
}

function limitLine(name: string, at: number): string {
  const nearTop = at < margin.top + 15;
  return (
    `<line class="limit" x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"/>` +
    `<text class="limit" x="${width - margin.right}" y="${nearTop ? at + 15 : at - 5}" text-anchor="end">${escapeHtml(name)}</text>`
  );
}

function line({ name, style, points }: ChartSeries, { x, y, formatX, formatY }: SvgChart): string {
  const places = points.map(([px, py]) => [placeX(x.at(px)), placeY(y.at(py))] as const);
  const path = places.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px} ${py}`).join('');
  const dots =
    points.length > mostTooltips
      ? ''
      : points
          .map(([px, py], i) => {
            const [cx, cy] = places[i] ?? [0, 0];
            const words = escapeHtml(`${name}: ${formatY(py)} at ${formatX(px)}`);
            return `<circle class="dot" cx="${cx}" cy="${cy}" r="6"><title>${words}</title></circle>`;
          })
          .join('');
  const only = places.length === 1 ? ` stroke-linecap="round"` : '';
  return `<path class="line ${style}" d="${path}${places.length === 1 ? 'h0.1' : ''}"${only}/>${dots}`;
}

function placeX(share: number): number {
  return rounded(margin.left + share * plot.width);
}

function placeY(share: number): number {
  return rounded(margin.top + (1 - share) * plot.height);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
