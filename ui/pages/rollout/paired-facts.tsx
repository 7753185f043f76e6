import type { PairedBody } from '../../../src/api/contract/shadow.js';
import { Fact } from '../../parts/fact.js';
import { count, estimate, number } from '../../words/format.js';

const explained = {
  latency:
    'How much slower (+) or faster (−) the canary answers the same request, typically: its time over stable’s, pair by pair. More pairs make the range around it narrower.',
  failures:
    'Requests that the canary failed although stable answered them, and the other way round. Those that both failed say nothing about the canary. Only a canary that breaks where stable does not adds to the first number.',
  numbers:
    'How far apart the two answers to the same request are on average, and at most, where both are numbers. Other inputs, or a canary that was trained otherwise, change it.',
};

/** What both answers to the same request say, taken together; to be used inside a `dl`. */
export function PairedFacts({ paired }: { readonly paired: PairedBody }) {
  const { latency, failures, numbers } = paired;
  return (
    <>
      {latency === null ? null : (
        <Fact name="Latency, same request" text={explained.latency} note={rangeOf(latency)}>
          {slower(latency.ratio)}
        </Fact>
      )}
      <Fact
        name="Failed alone"
        text={explained.failures}
        note={`stable alone ${count(failures.only_stable)}`}
      >
        {count(failures.only_canary)}
      </Fact>
      {numbers === null ? null : (
        <Fact
          name="Numbers apart"
          text={explained.numbers}
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
