const most = 6;

/**
 * Where a logarithmic axis has its lines: at 1, 2 and 5 and their powers of ten; on a long one at
 * powers alone, always the same number of them apart, so that 1 is among them.
 * @param min above 0
 */
export function logTicks(min: number, max: number): number[] {
  const [from, to] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const every = Math.max(1, Math.ceil((to - from) / most));
  const factors = to - from <= 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.ceil(from / every) * every; power <= to; power += every) {
    // From its text: 10 ** -5 is not the number that 1e-5 is.
    for (const factor of factors) ticks.push(Number(`${factor}e${power}`));
  }
  return ticks.filter((tick) => tick >= min && tick <= max);
}
