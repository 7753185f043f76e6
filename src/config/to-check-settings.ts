import type { Share } from '../domain/share.js';
import type { CheckSettings } from '../rollout/strategy/strategy.js';
import { defaults } from './defaults.js';
import type { SerinFile } from './schema.js';
import { share } from './units.js';

type Checks = NonNullable<SerinFile['checks']>;

/** The checks of a file with their units read; what it does not say is left to the judge. */
export function toCheckSettings(checks: Checks): CheckSettings {
  const { timeouts } = checks;
  return {
    alpha: (checks.alpha ?? defaults.alpha) as Share,
    latency: shares(checks.latency),
    errors: shares(checks.errors),
    ...(timeouts === undefined ? {} : { timeouts: timeoutsOf(timeouts) }),
    predictions: drift(checks.predictions),
    agreement: shares(checks.agreement),
    feedback: feedbackOf(checks.feedback),
  };
}

/** What a tolerance of feedback is worth, in the unit of its measure: `2%` is 0.02. */
export function feedbackAmount(tolerance: string | number): number {
  return typeof tolerance === 'number' ? tolerance : share.read(tolerance);
}

function timeoutsOf(
  check: NonNullable<Checks['timeouts']>,
): NonNullable<CheckSettings['timeouts']> {
  if (check === 'off') return check;
  const { tolerance, gate } = check;
  return {
    ...(tolerance === undefined ? {} : { tolerance: share.read(tolerance) as Share }),
    ...(gate === undefined ? {} : { gate }),
  };
}

function feedbackOf(check: Checks['feedback']): CheckSettings['feedback'] {
  if (check === 'off') return check;
  const { measure, tolerance, gate } = check ?? {};
  return {
    ...(measure === undefined ? {} : { measure }),
    ...(tolerance === undefined ? {} : { tolerance: feedbackAmount(tolerance) }),
    ...(gate === undefined ? {} : { gate }),
  };
}

function shares<K extends string>(
  check: 'off' | { readonly [P in K]?: string } | undefined,
): 'off' | { readonly [P in K]?: Share } {
  if (check === 'off') return 'off';
  const entries = Object.entries<string | undefined>(check ?? {}).flatMap(([key, text]) =>
    text === undefined ? [] : [[key, share.read(text)] as const],
  );
  return Object.fromEntries(entries) as { [P in K]?: Share };
}

function drift(check: Checks['predictions']): CheckSettings['predictions'] {
  if (check === 'off') return check;
  return check?.drift === undefined ? {} : { drift: check.drift as Share };
}
