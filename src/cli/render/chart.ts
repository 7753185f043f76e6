/** One line of a chart: its points from left to right, and the character that draws it. */
export interface ChartLine {
  readonly name: string;
  readonly mark: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface ChartFrame {
  readonly width: number;
  readonly height: number;
  readonly yMin: number;
  readonly yMax: number;
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
}

/**
 * Lines over one x-axis, as text. Where two lines meet, the later one is seen. Pure.
 * @returns the chart with axes, and a legend where there is more than one line
 */
export function renderChart(lines: readonly ChartLine[], frame: ChartFrame): string {
  const { width, height, yMin, yMax, formatX, formatY } = frame;
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const xMin = Math.min(...xs);
  const xMax = Math.max(...xs);
  if (xs.length === 0 || !(xMax > xMin)) return '';
  const cells = Array.from({ length: height }, () => Array<string>(width).fill(' '));
  for (const { mark, points } of lines) {
    for (let column = 0; column < width; column += 1) {
      const y = valueAt(points, xMin + ((xMax - xMin) * column) / (width - 1));
      if (y === undefined) continue;
      const share = (Math.min(yMax, Math.max(yMin, y)) - yMin) / (yMax - yMin);
      const row = Math.round((1 - share) * (height - 1));
      const cellsOfRow = cells[row];
      if (cellsOfRow !== undefined) cellsOfRow[column] = mark;
    }
  }
  const labels = cells.map((_, row) =>
    row % 4 === 0 || row === height - 1 ? formatY(yMax - ((yMax - yMin) * row) / (height - 1)) : '',
  );
  const margin = Math.max(...labels.map((label) => label.length));
  const body = cells.map(
    (row, index) => `${(labels[index] ?? '').padStart(margin)} ┤${row.join('')}`,
  );
  const axis = `${' '.repeat(margin)} └${'─'.repeat(width)}`;
  const [left, right] = [formatX(xMin), formatX(xMax)];
  const ends = `${' '.repeat(margin + 2)}${left}${right.padStart(Math.max(1, width - left.length))}`;
  const legend = lines.map(({ name, mark }) => `${mark} ${name}`).join('    ');
  return [...body, axis, ends, ...(lines.length > 1 ? [`${' '.repeat(margin + 2)}${legend}`] : [])]
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The value of the last point at or before x; undefined before the first. */
function valueAt(points: ChartLine['points'], x: number): number | undefined {
  let value: number | undefined;
  for (const [pointX, y] of points) {
    if (pointX > x) break;
    value = y;
  }
  return value;
}
