/** Why `fetch` failed, in words of people: what it failed of is in its cause. */
export function reasonOfFetch(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown.name === 'TimeoutError') return 'no answer in time';
  const { cause } = thrown;
  if (!(cause instanceof Error)) return thrown.message;
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'connection refused' : cause.message || (code ?? thrown.message);
}
