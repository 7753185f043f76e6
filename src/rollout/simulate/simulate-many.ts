import { shrink } from './shrink.js';
import { simulate, type Simulated, type SimulateOptions } from './simulate.js';

/** What many simulated rollouts came to. */
export interface ManySimulated {
  readonly rollouts: number;
  readonly events: number;
  readonly crashes: number;
  /** How many ended where. */
  readonly ends: ReadonlyMap<string, number>;
  /** How often each kind of fault happened. */
  readonly faults: ReadonlyMap<string, number>;
  /** How often each kind of event was told again. */
  readonly repeats: ReadonlyMap<string, number>;
  /** The first failure that was found, shrunk. */
  readonly failure?: Simulated;
}

/** Side by side, so that they share the turns of the event loop; more would only fill the memory. */
const sideBySide = 20;

/** Simulates rollouts of the seeds from `firstSeed` on, until one fails or all are done. */
export async function simulateMany(
  firstSeed: number,
  rollouts: number,
  options: SimulateOptions,
): Promise<ManySimulated> {
  const ends = new Map<string, number>();
  const faults = new Map<string, number>();
  const repeats = new Map<string, number>();
  let [events, crashes, next, done] = [0, 0, firstSeed, 0];
  let failed: Simulated | undefined;
  const work = async () => {
    while (next < firstSeed + rollouts && failed === undefined) {
      const simulated = await simulate(next++, options);
      done++;
      events += simulated.events;
      crashes += simulated.crashes;
      count(ends, simulated.end);
      for (const fault of simulated.faults) count(faults, fault.replace(/#.*/, ''));
      for (const repeat of simulated.repeats) count(repeats, repeat);
      if (simulated.violations.length > 0) failed ??= simulated;
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  const found = { rollouts: done, events, crashes, ends, faults, repeats };
  return failed === undefined ? found : { ...found, failure: await shrink(failed, options) };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
