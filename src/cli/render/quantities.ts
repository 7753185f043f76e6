/** Milliseconds as people compare them: two digits that matter where they are few. */
export function formatMs(ms: number | null): string {
  return ms === null ? '–' : `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
}

/** A number with at most two decimals. */
export function formatNumber(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** So many of so many, in percent; nothing where there was nothing. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? '–' : `${formatNumber((100 * part) / whole)}%`;
}

/** A filled part of a bar, 0 to 1. */
export function formatBar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}
