import type { RolloutEventBody } from '../../../src/api/contract/rollouts.js';
import { Explained } from '../../parts/explained.js';
import { count, moment, percent } from '../../words/format.js';
import { phases } from '../../words/words.js';

/** As many as a person looks through; the log has them all. */
const most = 200;

/** What happened, the newest first, as it happens. */
export function Happened({ events }: { readonly events: readonly RolloutEventBody[] }) {
  const newest = withoutRepeats(events.slice(-most)).reverse();
  // Sequences count from 1.
  const all = events.at(-1)?.sequence ?? 0;
  return (
    <section class="card" data-numbers>
      <h2>What happened</h2>
      <p class="note happened-head">
        <Explained of="when">when</Explained>
        <Explained of="weightThen">weight</Explained>
      </p>
      <div class="happened" role="log" aria-label="Events" tabIndex={0}>
        <ol>
          {newest.map(({ event, times }) => (
            <li key={event.sequence} class={phases[event.phase].tone}>
              <time dateTime={event.at}>{moment(event.at)}</time>
              <span class="happened-weight">{percent(event.weight)}</span>
              <span class="happened-words words">
                {event.sentence}
                {times > 1 ? <span class="note"> ({times} times)</span> : null}
                {event.by === null || event.sentence.includes(event.by) ? null : (
                  <span class="note"> by {event.by}</span>
                )}
                {event.why === null || event.sentence.includes(event.why) ? null : (
                  <span class="note"> “{event.why}”</span>
                )}
              </span>
            </li>
          ))}
        </ol>
      </div>
      {all > most ? (
        <p class="note">
          The newest {most} of {count(all)}.
        </p>
      ) : null}
    </section>
  );
}

interface Told {
  readonly event: RolloutEventBody;
  readonly times: number;
}

/** The judge may say the same again, because something changed that its sentence does not tell. */
function withoutRepeats(events: readonly RolloutEventBody[]): Told[] {
  const told: Told[] = [];
  for (const event of events) {
    const last = told.at(-1);
    const isRepeat = last?.event.sentence === event.sentence && last.event.type === event.type;
    if (isRepeat) told[told.length - 1] = { event, times: last.times + 1 };
    else told.push({ event, times: 1 });
  }
  return told;
}
