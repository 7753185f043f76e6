import { readFileSync } from 'node:fs';

interface History {
  readonly id: string;
  readonly events: readonly { readonly atMs: number }[];
}

/** Recorded histories that ended in different ways. */
const endings = [
  'good-canary-promoted',
  'person-sets-weight-late-roll-back',
  'canary-that-never-loaded',
  'undecided-holdback-aborted',
].map((name): History => {
  const file = new URL(`../histories/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as History;
});

const oneHourMs = 3_600_000;

/** So many finished rollouts, an hour after each other, as another Serin would export them. */
export function finishedRollouts(count: number): object[] {
  return Array.from({ length: count }, (_, i) => {
    const history = endings[i % endings.length]!;
    const id = `old-${i}`;
    const fromMs = Date.UTC(2026, 0, 1) + i * oneHourMs;
    const firstMs = history.events[0]!.atMs;
    const text = JSON.stringify(history.events).replaceAll(`"${history.id}/`, `"${id}/`);
    const events = (JSON.parse(text) as History['events']).map((event) => ({
      ...event,
      atMs: event.atMs - firstMs + fromMs,
    }));
    return { serin: 'rollout', version: 1, id, events };
  });
}
