/** Maps values to places along one axis of a chart. */
export interface Scale {
  /** From 0 (low end) to 1 (high end). */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** An even axis from 0 to a round number above the largest value. */
export function linearScale(largest: number, wanted = 5): Scale {
  const step = roundStep((largest <= 0 ? 1 : largest) / wanted);
  const top = Math.max(1, Math.ceil(largest / step)) * step;
  const count = Math.round(top / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => i * step);
  return { at: (value) => value / top, ticks };
}

/** A logarithmic axis around positive values, its ticks at 1, 2 and 5 times powers of ten. */
export function logScale(smallest: number, largest: number): Scale {
  const all = Array.from({ length: 14 }, (_, i) => 10 ** (i - 5)).flatMap((power) => [
    power,
    2 * power,
    5 * power,
  ]);
  const low = all.findLast((tick) => tick <= smallest) ?? 1e-5;
  const high = all.find((tick) => tick >= largest && tick > low) ?? 5e8;
  const span = Math.log(high / low);
  const between = all.filter((tick) => tick >= low && tick <= high);
  const wide = between.length > 9;
  return {
    at: (value) => Math.log(Math.min(high, Math.max(low, value)) / low) / span,
    ticks: wide ? between.filter((tick) => Number.isInteger(round(Math.log10(tick)))) : between,
  };
}

/** The axis of shares in which every further nine takes as much room: 0.9, 0.99, 0.999. */
export function ninesScale(largestShare: number): Scale {
  const nines = Math.max(1, -Math.log10(1 - largestShare));
  const ticks = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999].filter(
    (share) => share <= largestShare,
  );
  return { at: (share) => -Math.log10(1 - share) / nines, ticks };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
}

function round(value: number): number {
  return Number(value.toFixed(9));
}
