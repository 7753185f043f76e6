import { SerinError } from '../../domain/errors.js';
import type { RolloutEvent, RolloutEventBody, RolloutEventType } from './events.js';

type Check = (value: unknown) => boolean;

/** Every event's fields; the compiler sees to it that none is missing. */
type Fields = {
  readonly [T in RolloutEventType]: {
    readonly [K in Exclude<keyof Extract<RolloutEventBody, { type: T }>, 'type'>]-?: Check;
  };
};

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const count: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const flag: Check = (value) => typeof value === 'boolean';
const percent: Check = (value) =>
  number(value) && (value as number) >= 0 && (value as number) <= 100;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value as string);
/** The strategy was checked when it was submitted; here only that it is one, of a known form. */
const strategy: Check = (value) =>
  isRecord(value) && value['v'] === 1 && Array.isArray(value['steps']) && text(value['model']);

const importedBy: Check = (value) => isRecord(value) && text(value['by']) && number(value['atMs']);

const request = { by: text, why: text };
const answer = { effect: text, reason: text };

const fields: Fields = {
  submitted: { strategy, ...request, imported: optional(importedBy) },
  'canary-ready': { effect: text },
  'canary-failed-to-load': answer,
  'gate-passed': answer,
  'gate-failed': answer,
  'weights-applied': { effect: text, observed: percent },
  'weights-drifted': { observed: percent },
  'version-promoted': { effect: text },
  'effect-failed': answer,
  tick: {},
  superseded: { newer: text },
  judged: {
    entry: count,
    verdict: oneOf('harm', 'safe', 'undecided', 'unmeasurable'),
    leansToHarm: flag,
    safe: flag,
    reason: text,
    canaryRequests: count,
    stableRequests: count,
    projectedMs: optional(number),
  },
  'fast-failed': {
    entry: count,
    rule: oneOf('crash', 'consecutive-failures', 'non-finite-output', 'memory'),
    reason: text,
  },
  'pause-requested': request,
  'resume-requested': request,
  'advance-requested': { ...request, fromStep: optional(count) },
  'weight-requested': { ...request, weight: percent },
  'promote-requested': request,
  'roll-back-requested': request,
  'abort-requested': request,
  'retry-requested': request,
};

/**
 * Reads one event of a log, or of a log that somebody imports.
 * @param json what was parsed from JSON
 * @throws SerinError `rollout-log-invalid` when it is of a newer Serin, or not an event
 */
export function readEvent(json: unknown): RolloutEvent {
  if (!isRecord(json)) throw invalid('an event', typeof json);
  const { v, type, atMs } = json;
  if (v !== 1)
    throw invalid('an event of version 1, which this Serin understands', `v: ${show(v)}`);
  if (!isType(type)) throw invalid('a known type of event', show(type));
  if (!number(atMs)) throw invalid(`"atMs" of ${type} to be a time`, show(atMs));
  for (const [name, check] of Object.entries<Check>(fields[type])) {
    if (!check(json[name])) throw invalid(`"${name}" of ${type} to fit`, show(json[name]));
  }
  // Every field of the type was checked.
  return json as unknown as RolloutEvent;
}

function isType(type: unknown): type is RolloutEventType {
  return typeof type === 'string' && Object.hasOwn(fields, type);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}

function invalid(expected: string, found: string): SerinError {
  return new SerinError('rollout-log-invalid', { expected, found });
}
