import type { RolloutBody } from '../../../src/api/contract/rollouts.js';
import { Badge } from '../../parts/badge.js';
import type { Tone } from '../../words/words.js';

type Gate = RolloutBody['gates'][number];

const toneOf: Readonly<Record<Gate['state'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  running: 'busy',
  coming: 'quiet',
  'not-asked': 'quiet',
};

/** What had to pass before any traffic. */
export function Gates({ gates }: { readonly gates: readonly Gate[] }) {
  return (
    <section class="card">
      <h2>Gates</h2>
      <ul class="gates">
        {gates.map(({ name, state, reason, report }) => (
          <li key={name}>
            <Badge tone={toneOf[state]}>{state.replace('-', ' ')}</Badge> <strong>{name}</strong>
            {report === null ? null : (
              <>
                {' '}
                <a href={`.${report}?format=markdown`}>report</a>
              </>
            )}
            {reason === null ? null : <p class="note words">{reason}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
