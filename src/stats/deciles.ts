import { requireFinite, requireSample } from './require.js';

/**
 * The inner edges of the deciles of a reference sample, each once: at most nine, fewer where values
 * repeat. Quantiles by linear interpolation (type 7 of Hyndman & Fan 1996).
 * @throws SerinError `invalid-statistics-input` for an empty sample or one that is not finite
 */
export function decileEdges(reference: readonly number[]): number[] {
  requireSample(reference, 1, 'the reference');
  const sorted = Float64Array.from(reference).sort();
  const edges: number[] = [];
  for (let decile = 1; decile <= 9; decile += 1) {
    const rank = (decile / 10) * (sorted.length - 1);
    const below = sorted[Math.floor(rank)] ?? 0;
    const above = sorted[Math.ceil(rank)] ?? 0;
    edges.push(below + (above - below) * (rank - Math.floor(rank)));
  }
  return edges.filter((edge, index) => edge !== edges[index - 1]);
}

/**
 * The cell of a value: how many edges lie strictly below it, so that a value on an edge falls into
 * the lower cell; the outer cells are open.
 * @param edges ascending, as of `decileEdges`
 * @throws SerinError `invalid-statistics-input` when the value is not finite
 */
export function cellOf(value: number, edges: readonly number[]): number {
  requireFinite(value, 'a value');
  let cell = 0;
  for (const edge of edges) {
    if (edge >= value) break;
    cell += 1;
  }
  return cell;
}
