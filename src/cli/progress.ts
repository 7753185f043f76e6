/** Draws one line of progress on a terminal; prints nothing where there is none. */
export function drawProgress(share: number, words: string): void {
  if (!process.stderr.isTTY) return;
  const width = 24;
  const done = Math.round(Math.min(1, Math.max(0, share)) * width);
  const bar = '█'.repeat(done) + '░'.repeat(width - done);
  process.stderr.write(
    `\r\u001b[2K  ${bar} ${String(Math.round(share * 100)).padStart(3)}%  ${words}`,
  );
  if (share >= 1) process.stderr.write('\n');
}

/** Takes the line of progress away again, where what follows says more. */
export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K');
}
