import { noEventSums, type EventSums } from './event-sums.js';
import { noMarginSums } from './latency-margins.js';
import { noMeanSums } from './mean-sums.js';
import type { StepMemory, StepPlan } from './step-memory.js';

/** Sums as a row of numbers, in the order of their names; empty while nothing was added. */
type Row = readonly number[];

/** A step as it is stored: rows, as the names of some 100 numbers would take most of the room. */
export interface StoredStep {
  readonly kind: StepPlan['kind'];
  readonly share: number;
  readonly last: boolean;
  readonly openedAtMs: number;
  /** Requests of stable and of the canary, those with a prediction, labels of stable and canary. */
  readonly counts: Row;
  readonly means: Readonly<Record<(typeof meanNames)[number], Row>>;
  readonly events: Readonly<Record<(typeof eventNames)[number], Row>>;
  readonly tails: readonly Row[];
}

const meanNames = ['latency', 'latencyMargins', 'predictions', 'feedback'] as const;
const eventNames = ['errors', 'timeouts', 'split', 'agreement', 'labelledPairs'] as const;

/** The step as data. */
export function storedStep(step: StepMemory): StoredStep {
  const { kind, share, last, openedAtMs } = step;
  const { stableRequests, canaryRequests, predicted, stableLabels, canaryLabels } = step;
  return {
    kind,
    share,
    last,
    openedAtMs,
    counts: [stableRequests, canaryRequests, predicted, stableLabels, canaryLabels],
    means: named(meanNames, (name) => sumsAsRow(step[name])),
    events: named(eventNames, (name) => eventsAsRow(step[name])),
    tails: step.tails.map(eventsAsRow),
  };
}

/** The step that was stored; its sums are its own. */
export function restoredStep(stored: StoredStep): StepMemory {
  const { kind, share, last, openedAtMs, counts, means, events, tails } = stored;
  const [
    stableRequests = 0,
    canaryRequests = 0,
    predicted = 0,
    stableLabels = 0,
    canaryLabels = 0,
  ] = counts;
  return {
    kind,
    share,
    last,
    openedAtMs,
    stableRequests,
    canaryRequests,
    predicted,
    stableLabels,
    canaryLabels,
    latency: rowAsSums(noMeanSums(), means.latency),
    latencyMargins: rowAsSums(noMarginSums(), means.latencyMargins),
    predictions: rowAsSums(noMeanSums(), means.predictions),
    feedback: rowAsSums(noMeanSums(), means.feedback),
    ...named(eventNames, (name) => rowAsEvents(events[name])),
    tails: tails.map(rowAsEvents),
  };
}

function sumsAsRow(sums: object): Row {
  const row = Object.values(sums) as number[];
  return row.every((number) => number === 0) ? [] : row;
}

function rowAsSums<Sums extends object>(none: Sums, row: Row): Sums {
  const names = Object.keys(none);
  return Object.fromEntries(names.map((name, place) => [name, row[place] ?? 0])) as Sums;
}

/** The share of the canary first: it is there before anything was added. */
function eventsAsRow({ share, ...sums }: EventSums): Row {
  return [share, ...sumsAsRow(sums)];
}

function rowAsEvents(row: Row): EventSums {
  const [share = 0, ...sums] = row;
  const { share: first, ...none } = noEventSums(share);
  return { share: first, ...rowAsSums(none, sums) };
}

function named<Name extends string, Value>(
  names: readonly Name[],
  valueOf: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<Name, Value>;
}
