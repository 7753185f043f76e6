/** What is made to go wrong, to show what a rollout does about it. */
export interface Faults {
  /** From 0 to 1: so many predictions are answered 500. */
  readonly errorShare: number;
  /** Every prediction takes so much longer. */
  readonly latencyMs: number;
  /** So many predictions are answered well first, as by a canary that passes every test before. */
  readonly after: number;
}

/**
 * Reads SERIN_FAULT_ERRORS (`8%`), SERIN_FAULT_LATENCY (`200ms`) and SERIN_FAULT_AFTER (a number of
 * predictions); nothing goes wrong without them.
 * @throws Error when one of them is something else
 */
export function readFaults(env: Readonly<Record<string, string | undefined>>): Faults {
  return {
    errorShare: quantity('SERIN_FAULT_ERRORS', env, '%', 100) / 100,
    latencyMs: quantity('SERIN_FAULT_LATENCY', env, 'ms', 60_000),
    after: quantity('SERIN_FAULT_AFTER', env, '', 1_000_000),
  };
}

function quantity(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  unit: string,
  most: number,
): number {
  const text = env[name];
  if (text === undefined || text === '') return 0;
  const number = text.endsWith(unit) ? text.slice(0, text.length - unit.length) : '';
  if (/^\d+(\.\d+)?$/.test(number) && Number(number) <= most) return Number(number);
  throw new Error(
    `${name} should be a number${unit === '' ? '' : ' with its unit'}, such as 8${unit}, at most ${most}${unit}; it is "${text}"`,
  );
}
