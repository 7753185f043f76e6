import { readRate, readThink } from '../../gates/loadtest/load-forms.js';
import { defaultGateLoad } from '../../gates/loadtest/gate-plan.js';
import { toDatatype, toDimension } from '../../gates/validate/expectations.js';
import type {
  LoadtestWishes,
  SmokeWishes,
  ValidateWishes,
  WantedValue,
} from '../../rollout/strategy/gate-wishes.js';
import { share, size, time, type Unit } from '../units.js';
import type {
  WrittenLoadtestWishes,
  WrittenSmokeWishes,
  WrittenValidateWishes,
} from './wishes-schema.js';

/** Wishes for `validate` whose problems were looked for, with their units read. */
export function readValidateWishes(written: WrittenValidateWishes): ValidateWishes {
  const { profile, seed, dimensions, domains, maxGrowth, maxSlowdown, accept } = written;
  return withoutGaps({
    profile,
    seed,
    inputs: mapValues(written.inputs, readValue),
    outputs: mapValues(written.outputs, readValue),
    dimensions,
    domains,
    maxSizeBytes: read(written.maxSize, size),
    maxGrowth,
    maxLoadMs: read(written.maxLoadTime, time),
    maxMemoryBytes: read(written.maxMemory, size),
    maxLatencyMs: read(written.maxLatency, time),
    maxSlowdown,
    minAgreement: read(written.minAgreement, share),
    accept,
  });
}

export function readSmokeWishes(written: WrittenSmokeWishes): SmokeWishes {
  const { deadline, answer, inputs, model } = written;
  return withoutGaps({
    deadlineMs: read(deadline, time),
    answerMs: read(answer, time),
    inputs,
    model,
  });
}

/** Wishes for `loadtest` whose problems were looked for. */
export function readLoadtestWishes(written: WrittenLoadtestWishes): LoadtestWishes {
  const { thresholds, earlyStop, compare, seed, inputs, model } = written;
  return withoutGaps({
    load: loadOf(written),
    warmUpMs: read(written.warmUp, time),
    durationMs: read(written.duration, time),
    answerMs: read(written.answer, time),
    thresholds,
    stopEarly: earlyStop,
    compare,
    seed,
    inputs,
    model,
  });
}

function loadOf({ rate, users, spawnRate, think }: WrittenLoadtestWishes): LoadtestWishes['load'] {
  if (rate !== undefined) return readRate(String(rate));
  if (users === undefined && spawnRate === undefined && think === undefined) return undefined;
  return {
    kind: 'closed',
    users: users ?? defaultGateLoad.users,
    ...(spawnRate === undefined ? {} : { spawnPerSecond: spawnRate }),
    thinkMs: (think === undefined ? undefined : readThink(think)) ?? defaultGateLoad.thinkMs,
  };
}

type WrittenValue = NonNullable<WrittenValidateWishes['inputs']>[string];

function readValue<T extends WrittenValue>({ datatype, shape, ...numbers }: T) {
  const value: WantedValue = withoutGaps({
    datatype: datatype === undefined ? undefined : toDatatype(datatype),
    shape: shape?.map(toDimension),
  });
  return { ...numbers, ...value };
}

function read(text: string | undefined, unit: Unit): number | undefined {
  return text === undefined ? undefined : unit.read(text);
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>> | undefined,
  map: (value: A) => B,
): Readonly<Record<string, B>> | undefined {
  if (record === undefined) return undefined;
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

type WithoutGaps<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Wishes are kept as JSON: what was not said is not there. */
function withoutGaps<T extends object>(values: T): WithoutGaps<T> {
  const said = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as WithoutGaps<T>;
}
