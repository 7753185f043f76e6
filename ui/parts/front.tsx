import type { ModelStatus } from '../../src/api/contract/models.js';
import { count, percent } from '../words/format.js';
import { Badge } from './badge.js';
import { Fact } from './fact.js';
import { Notice } from './notice.js';
import { verdictTone } from '../words/words.js';

/** NGINX in front of a model's arms: what it was told, what it does, and what it does not tell. */
export function Front({
  front,
  weight,
}: {
  readonly front: NonNullable<ModelStatus['front']>;
  /** Percent that the canary is meant to have. */
  readonly weight: number;
}) {
  const { version, mode, why_mode: whyMode, listen, observed, lost, findings, problem } = front;
  const unseen = front.not_measured;
  return (
    <section class="card" aria-label="NGINX in front">
      <h2>NGINX in front</h2>
      <p class="note words">
        {version === null ? 'It is not there.' : `NGINX ${version}`}
        {listen.length === 0 ? '' : `, listens on ${listen.join(', ')}`}
        {unseen.length === 0 ? '' : `. Not measured: ${unseen.join(', ')}`}
      </p>
      {problem === null ? null : <Notice tone="bad">{problem}</Notice>}
      <dl class="facts">
        <Fact name="Mode" of="frontMode" note={whyMode ?? undefined}>
          {mode ?? '–'}
        </Fact>
        <Fact name="Weight in force" of="frontWeight" note={`meant to be ${percent(weight)}`}>
          {front.weight_in_force === null ? 'not known' : percent(front.weight_in_force)}
        </Fact>
        <Fact name="Split seen" of="frontSplit">
          {front.split_seen === null ? 'not measured' : percent(front.split_seen)}
        </Fact>
        <Fact name="Requests read" of="frontObserved">
          {count(observed)}
        </Fact>
        <Fact name="Lost" of="frontLost" note={lossNote(observed, lost)}>
          {count(lost)}
        </Fact>
      </dl>
      {findings.map(({ source, verdict, sentence }) => (
        <p key={source} class="words">
          <Badge tone={verdictTone(verdict)}>{verdict}</Badge> {source}: {sentence}
        </p>
      ))}
    </section>
  );
}

function lossNote(observed: number, lost: number): string {
  const all = observed + lost;
  return all === 0 ? 'none read yet' : `${percent((100 * lost) / all)} of all`;
}
