import type { PairedBody } from '../../../src/api/contract/shadow.js';
import { Fact } from '../../parts/fact.js';
import { count, estimate, number } from '../../words/format.js';

/** What both answers to the same request say, taken together; to be used inside a `dl`. */
export function PairedFacts({ paired }: { readonly paired: PairedBody }) {
  const { latency, failures, numbers } = paired;
  return (
    <>
      {latency === null ? null : (
        <Fact name="Latency, same request" of="pairedLatency" note={rangeOf(latency)}>
          {slower(latency.ratio)}
        </Fact>
      )}
      <Fact
        name="Failed alone"
        of="pairedFailures"
        note={`stable alone ${count(failures.only_stable)}`}
      >
        {count(failures.only_canary)}
      </Fact>
      {numbers === null ? null : (
        <Fact
          name="Numbers apart"
          of="pairedNumbers"
          note={`at most ${number(numbers.largest_absolute)}`}
        >
          {number(numbers.mean_absolute)}
        </Fact>
      )}
    </>
  );
}

function rangeOf({ low, high }: NonNullable<PairedBody['latency']>): string | undefined {
  return low === null || high === null ? undefined : `${slower(low)} to ${slower(high)}`;
}

/** 1.1 → `+10%`. */
function slower(ratio: number): string {
  return estimate(ratio - 1, 'relative');
}
