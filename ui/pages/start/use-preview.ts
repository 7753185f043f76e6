import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RolloutPreview } from '../../../src/api/contract/rollout-requests.js';
import { tell, wordsOf } from '../../data/ask.js';

/** Who types is not interrupted by errors of half a word. */
const restMs = 250;

/** What the server says of the text of a rollout file; undefined until it was asked. */
export function usePreview(yaml: string): ReadonlySignal<RolloutPreview | undefined> {
  const preview = useSignal<RolloutPreview | undefined>(undefined);
  useEffect(() => {
    if (yaml === '') return undefined;
    let wanted = true;
    const timer = setTimeout(() => {
      tell<RolloutPreview>('api/v1/rollouts/check', { yaml }).then(
        (said) => {
          if (wanted) preview.value = withoutPlaces(said);
        },
        (thrown: unknown) => {
          if (wanted) preview.value = refused(wordsOf(thrown));
        },
      );
    }, restMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [yaml]);
  return preview;
}

/** Where each problem is stands beside it: the page has but one file. */
function withoutPlaces(said: RolloutPreview): RolloutPreview {
  const problems = said.problems.map((problem) => ({
    ...problem,
    message: problem.message.replace(/^[^\s:]+:\d+(?::\d+)?: /, ''),
  }));
  return { ...said, problems };
}

function refused(message: string): RolloutPreview {
  return {
    valid: false,
    problems: [{ line: null, column: null, message }],
    sentences: [],
    warnings: [],
    gates: [],
    steps: [],
    at_least_ms: null,
    at_most_ms: null,
  };
}
