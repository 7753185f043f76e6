import { SerinError } from '../domain/errors.js';
import { FeedbackMeasure } from '../domain/feedback.js';
import {
  defaultJudgeSettings,
  defaultOptionalChecks,
  type JudgeChecks,
  type JudgeSettings,
} from './judge-settings.js';

/** Settings as a user gives them: what is left out is the default, null leaves a check out. */
export type PartialJudgeSettings = {
  readonly [Key in Exclude<keyof JudgeSettings, 'checks' | 'bucket'>]?:
    JudgeSettings[Key] | undefined;
} & {
  readonly bucket?: Partial<JudgeSettings['bucket']> | undefined;
  readonly checks?:
    | {
        readonly [Check in keyof JudgeChecks]?:
          Partial<NonNullable<JudgeChecks[Check]>> | null | undefined;
      }
    | undefined;
};

/**
 * Settings with the defaults filled in, checked, and their weights scaled to sum to at most 1.
 * @throws SerinError `invalid-judge-settings`, naming the setting
 */
export function readJudgeSettings(given: PartialJudgeSettings = {}): JudgeSettings {
  refuseUnknown(given, defaultJudgeSettings, '');
  refuseUnknown(given.bucket ?? {}, defaultJudgeSettings.bucket, 'bucket.');
  const { checks: givenChecks, bucket, ...rest } = given;
  const checks = withScaledWeights(fillChecks(givenChecks ?? {}));
  const settings: JudgeSettings = {
    ...defaultJudgeSettings,
    ...withoutUndefined(rest),
    bucket: { ...defaultJudgeSettings.bucket, ...withoutUndefined(bucket ?? {}) },
    checks,
  };
  requireNumber('alpha', settings.alpha, 1e-12, 0.5);
  requireNumber('tau', settings.tau, 1e-6, 100);
  requireNumber('promoteAfterRequests', settings.promoteAfterRequests, 0, 1e12);
  requireNumber('bucket.requestsPerArm', settings.bucket.requestsPerArm, 0, 1e9);
  requireNumber('bucket.durationMs', settings.bucket.durationMs, 0, 1e9);
  requireNumber('settleMs', settings.settleMs, 0, 1e9);
  requireNumber('silentAfterMs', settings.silentAfterMs, 1, 1e12);
  requireNumber('latencyFloorMs', settings.latencyFloorMs, 1e-9, 1e6);
  requireNumber('latencyToleranceMs', settings.latencyToleranceMs, 0, 1e6);
  if (typeof settings.sticky !== 'boolean') wrong('sticky', 'true or false', settings.sticky);
  return settings;
}

function fillChecks(given: NonNullable<PartialJudgeSettings['checks']>): JudgeChecks {
  const filled: Record<string, unknown> = { ...defaultJudgeSettings.checks };
  for (const [name, check] of Object.entries(given)) {
    if (!(name in defaultJudgeSettings.checks)) {
      wrong(`checks.${name}`, Object.keys(defaultJudgeSettings.checks).join(', '), name);
    }
    if (check === undefined) continue;
    if (check !== null && typeof check !== 'object') {
      wrong(`checks.${name}`, 'an object, or null to leave the check out', check);
    }
    const defaults =
      defaultJudgeSettings.checks[name as keyof JudgeChecks] ??
      defaultOptionalChecks[name as keyof typeof defaultOptionalChecks];
    if (check !== null) refuseUnknown(check, defaults, `checks.${name}.`);
    filled[name] = check === null ? null : { ...defaults, ...withoutUndefined(check) };
  }
  const checks = filled as unknown as JudgeChecks;
  requireChecks(checks);
  return checks;
}

function requireChecks(checks: JudgeChecks): void {
  for (const [name, check] of Object.entries(checks) as [string, { weight: number } | null][]) {
    if (check !== null) requireNumber(`checks.${name}.weight`, check.weight, 0, 1e6);
  }
  for (const name of ['errors', 'timeouts'] as const) {
    const check = checks[name];
    if (check === null) continue;
    requireNumber(`checks.${name}.ratio`, check.ratio, 1, 1000);
    requireNumber(`checks.${name}.difference`, check.difference, 0, 0.5);
    if (check.gate === null) continue;
    requireNumber(`checks.${name}.gate.ratio`, check.gate.ratio, 1, 1000);
    requireNumber(`checks.${name}.gate.difference`, check.gate.difference, 0, 0.5);
  }
  for (const name of ['latencyMean', 'latencyP95', 'latencyP99', 'latencyTwiceP99'] as const) {
    const check = checks[name];
    if (check === null) continue;
    requireNumber(`checks.${name}.tolerance`, check.tolerance, 0, 100);
    if (check.gate !== null) requireNumber(`checks.${name}.gate`, check.gate, 0, 100);
  }
  if (checks.latencyTwiceP99 !== null && checks.latencyTwiceP99.gate !== null) {
    wrong('checks.latencyTwiceP99.gate', 'null: the gate of the p99 covers it', 'a number');
  }
  const { predictions, agreement, feedback } = checks;
  if (predictions !== null) {
    requireNumber('checks.predictions.tolerance', predictions.tolerance, 0, 1);
    requireFlag('checks.predictions.gate', predictions.gate);
    requireFlag('checks.predictions.onlyWhereReadable', predictions.onlyWhereReadable);
  }
  if (agreement !== null) {
    requireNumber('checks.agreement.disagreement', agreement.disagreement, 1e-6, 0.999999);
    requireFlag('checks.agreement.gate', agreement.gate);
  }
  if (feedback === null) return;
  const measures = Object.values(FeedbackMeasure);
  if (!measures.includes(feedback.measure)) {
    wrong('checks.feedback.measure', `one of ${measures.join(', ')}`, feedback.measure);
  }
  requireNumber('checks.feedback.tolerance', feedback.tolerance, 0, 1e9);
  if (feedback.gate !== null) requireNumber('checks.feedback.gate', feedback.gate, 0, 1e9);
}

/** Weights that sum to less than 1 are kept: the judge is then stricter with itself than alpha. */
function withScaledWeights(checks: JudgeChecks): JudgeChecks {
  const entries = Object.entries(checks) as [string, { weight: number } | null][];
  const sum = entries.reduce((total, [, check]) => total + (check?.weight ?? 0), 0);
  if (!(sum > 0)) wrong('checks', 'at least one check with a weight above 0', `a sum of ${sum}`);
  const scale = 1 / Math.max(1, sum);
  return Object.fromEntries(
    entries.map(([name, check]) => [
      name,
      check === null ? null : { ...check, weight: check.weight * scale },
    ]),
  ) as unknown as JudgeChecks;
}

/** A name that is misspelt must not mean the default. */
function refuseUnknown(given: object, known: object, place: string): void {
  const names = Object.keys(known);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) wrong(`${place}${unknown}`, `one of ${names.join(', ')}`, unknown);
}

function withoutUndefined(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function requireNumber(name: string, value: unknown, low: number, high: number): void {
  if (!(typeof value === 'number' && value >= low && value <= high)) {
    wrong(name, `a number from ${low} to ${high}`, value);
  }
}

function requireFlag(name: string, value: unknown): void {
  if (typeof value !== 'boolean') wrong(name, 'true or false', value);
}

function wrong(name: string, expected: string, found: unknown): never {
  throw new SerinError('invalid-judge-settings', {
    expected: `${name} to be ${expected}`,
    found: String(found),
    fields: { setting: name },
  });
}
