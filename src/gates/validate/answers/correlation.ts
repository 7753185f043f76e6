/** Pearson's correlation; NaN where one of the two never changes, or there is nothing. */
export function correlationOf(some: readonly number[], others: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(some), mean(others)];
  let [both, ofSome, ofOthers] = [0, 0, 0];
  some.forEach((value, i) => {
    const other = (others[i] ?? b) - b;
    both += (value - a) * other;
    ofSome += (value - a) ** 2;
    ofOthers += other ** 2;
  });
  return both / Math.sqrt(ofSome * ofOthers);
}
