/** The meter as a line: −100 (roll back) on the left, +100 (promote) on the right. */
export function renderMeter(meter: number): string {
  const width = 21;
  const at = Math.round(((meter + 100) / 200) * (width - 1));
  const line = Array.from({ length: width }, (_, i) => (i === at ? '●' : i === 10 ? '┼' : '─'));
  return `roll back ${line.join('')} promote`;
}
