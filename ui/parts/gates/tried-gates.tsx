import type { TriedGateBody } from '../../../src/api/contract/gate-trial.js';
import type { GateTrial } from '../../data/use-gate-trial.js';
import type { Tone } from '../../words/words.js';
import { Badge } from '../badge.js';
import { Notice } from '../notice.js';
import { Findings } from './findings.js';

const looks: Readonly<Record<TriedGateBody['state'], { words: string; tone: Tone }>> = {
  waiting: { words: 'waiting', tone: 'quiet' },
  running: { words: 'running', tone: 'busy' },
  passed: { words: 'passed', tone: 'good' },
  failed: { words: 'failed', tone: 'bad' },
  'at-start': { words: 'when it begins', tone: 'quiet' },
};

/** Gates as they are tried: how far each is, and what it found. */
export function TriedGates({ trial }: { readonly trial: GateTrial }) {
  const { gates, problem } = trial;
  return (
    <>
      <ul class="gates" aria-live="polite">
        {gates.map(({ index, name, state, words, done, report }) => (
          <li key={index}>
            <Badge tone={looks[state].tone}>{looks[state].words}</Badge> <strong>{name}</strong>
            {state === 'running' ? (
              <progress class="gate-progress" value={done} aria-label={`${name} so far`} />
            ) : null}
            <p class="note words">{words}</p>
            {report === null ? null : <Findings report={report} />}
          </li>
        ))}
      </ul>
      {problem === undefined ? null : <Notice tone="wait">{problem}</Notice>}
    </>
  );
}
