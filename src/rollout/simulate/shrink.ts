import { simulate, type Simulated, type SimulateOptions } from './simulate.js';

/**
 * Finds a smaller history that fails in the same way: mutes every fault without which the same
 * invariant is still violated, until each of those that are left is needed.
 * @returns the smallest failing simulation, with its history
 */
export async function shrink(failed: Simulated, options: SimulateOptions): Promise<Simulated> {
  const invariant = failed.violations[0]?.invariant;
  const muted = new Set(options.muted);
  const run = (with_: ReadonlySet<string>) =>
    simulate(failed.seed, { ...options, muted: with_, keepsHistory: true });
  let smallest = await run(muted);
  for (let before = -1; before !== muted.size;) {
    before = muted.size;
    for (const fault of smallest.faults) {
      if (muted.has(fault)) continue;
      const candidate = await run(new Set([...muted, fault]));
      if (!candidate.violations.some((violation) => violation.invariant === invariant)) continue;
      muted.add(fault);
      smallest = candidate;
    }
  }
  return smallest;
}

/** A failing simulation for people: how to see it again, and what happened. */
export function describeFailure({ seed, violations, faults, history }: Simulated): string {
  const [first] = violations;
  return [
    `seed ${seed} violates: ${first?.invariant ?? 'nothing'}`,
    `found: ${first?.found ?? ''}`,
    `faults that are needed: ${faults.join(', ') || 'none'}`,
    ...history,
  ].join('\n');
}
