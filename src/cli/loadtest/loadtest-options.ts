import { InvalidArgumentError } from 'commander';
import { readRate, readThink } from '../../gates/loadtest/load-forms.js';
import { limitErrors } from '../../gates/loadtest/thresholds/limit-errors.js';
import { parseThreshold } from '../../gates/loadtest/thresholds/parse-threshold.js';
import {
  defaultLoad,
  type ClosedLoad,
  type LoadPlan,
  type OpenLoad,
} from '../../gates/loadtest/plan.js';
import { SerinError } from '../../domain/errors.js';

/** What the command line says of the load. */
export interface LoadOptions {
  readonly rate?: OpenLoad;
  readonly users?: number;
  readonly spawnRate?: number;
  readonly think?: ClosedLoad['thinkMs'];
  readonly duration: number;
  readonly warmUp: number;
  readonly timeout: number;
  readonly threshold?: readonly string[];
  readonly earlyStop: boolean;
  readonly seed: number;
}

/**
 * The plan that the options make.
 * @throws SerinError `usage` where they do not go together
 */
export function planOf(options: LoadOptions): LoadPlan {
  const { duration, warmUp, timeout, threshold = [], earlyStop, seed } = options;
  const given = threshold.flatMap((text) => text.split(',')).map(parseThreshold);
  return {
    load: loadOf(options),
    durationMs: duration,
    warmUpMs: warmUp,
    timeoutMs: timeout,
    thresholds: limitErrors(given),
    stopEarly: earlyStop,
    seed,
  };
}

function loadOf({ rate, users, spawnRate, think }: LoadOptions): LoadPlan['load'] {
  const closed = { users, spawnRate, think };
  if (rate === undefined) {
    return {
      kind: 'closed',
      users: users ?? defaultLoad.users,
      spawnPerSecond: spawnRate ?? defaultLoad.spawnPerSecond,
      thinkMs: think ?? defaultLoad.thinkMs,
    };
  }
  if (Object.values(closed).every((value) => value === undefined)) return rate;
  throw new SerinError('usage', {
    expected:
      'either --rate (requests arrive, come what may) or --users (each waits for its answer)',
    found: 'both',
  });
}

/** `200`, `200/s`, or a ramp: `100..1000`. */
export function parseRate(text: string): OpenLoad {
  const rate = readRate(text);
  if (rate !== undefined) return rate;
  throw new InvalidArgumentError('Expected requests a second: 200, or a ramp: 100..1000.');
}

/** `1s`, or `500ms..2s`. */
export function parseThink(text: string): ClosedLoad['thinkMs'] {
  const think = readThink(text);
  if (think !== undefined) return think;
  throw new InvalidArgumentError('Expected a time with its unit, or two: 500ms..2s.');
}

/** Added to the thresholds so far. */
export function collectThresholds(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** `name: value`, added to the headers so far. */
export function collectHeader(
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)\s*:\s*([^\r\n]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('Expected a header such as "authorization: Bearer x".');
  }
  return { ...headers, [name.toLowerCase()]: value.trim() };
}

/** A number above 0. */
export function parsePositive(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number > 0 && number < Infinity) return number;
  throw new InvalidArgumentError('Expected a number above 0.');
}
