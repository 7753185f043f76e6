/** Longer ones are no reasons, but logs. */
const longest = 500;

/** What somebody said, as one line that fits into a sentence. */
export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

export function inSeconds(ms: number): string {
  return `${ms / 1000} s`;
}
