import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RolloutEvent, RolloutId } from '../../src/rollout/machine/events.js';
import { begin } from '../../src/rollout/machine/fold.js';
import { readEvent } from '../../src/rollout/machine/read-event.js';
import { transition } from '../../src/rollout/machine/transition.js';
import { everyEventType } from '../rollout/every-event-type.js';
import { recordings } from '../rollout/recorded-histories.js';

/*
 * Rollouts as older Serins have written them. A newer one must come to the same end by the same
 * effects. When one of these fails, it is the machine that is to be mended, and not the file.
 */
interface History {
  readonly id: RolloutId;
  /** What each event left and asked for. */
  readonly expected: readonly { readonly state: string; readonly effects: readonly string[] }[];
  readonly events: readonly unknown[];
}

const fileOf = (name: string) => new URL(`${name}.json`, import.meta.url);

if (process.env['RECORD_HISTORIES'] === '1') {
  for (const [name, record] of Object.entries(recordings)) {
    const { events, state } = record();
    const history: History = { id: state.id, expected: replayed(state.id, events), events };
    const isThere = existsSync(fileOf(name));
    if (!isThere) writeFileSync(fileOf(name), `${JSON.stringify(history, null, 2)}\n`);
  }
}

const names = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.json'));

test('every recording is there', () => {
  const recorded = Object.keys(recordings).map((name) => `${name}.json`);
  expect(names).toEqual(expect.arrayContaining(recorded));
});

test('every kind of event is in one of them', () => {
  const texts = names.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));
  const types = texts.flatMap((text) =>
    (JSON.parse(text) as { events: { type: string }[] }).events.map(({ type }) => type),
  );
  expect([...new Set(types)].toSorted()).toEqual([...everyEventType].toSorted());
});

test.each(names)('%s is understood as it was when it was written', (name) => {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  const history = JSON.parse(text) as History;
  const events = history.events.map((event) => readEvent(event));
  expect(replayed(history.id, events)).toEqual(history.expected);
});

function replayed(id: RolloutId, events: readonly RolloutEvent[]): History['expected'] {
  const [first, ...rest] = events;
  if (first === undefined) return [];
  let [state, effects] = begin(id, first);
  const seen = [summary()];
  for (const event of rest) {
    [state, effects] = transition(state, event);
    seen.push(summary());
  }
  return seen;

  function summary() {
    const { phase, step, weight, entry, attempt } = state;
    return {
      state: `${phase.kind}, step ${step}, ${weight}%, entry ${entry}, attempt ${attempt}`,
      effects: effects.map((effect) => {
        const { type, id: effectId, number, ...rest } = effect;
        return `${number} ${effectId} ${type} ${JSON.stringify(rest)}`;
      }),
    };
  }
}
