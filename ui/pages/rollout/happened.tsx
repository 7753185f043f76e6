import type { RolloutEventBody } from '../../../src/api/contract/rollouts.js';
import { Explained } from '../../parts/explained.js';
import { count, moment, percent } from '../../words/format.js';
import { phases } from '../../words/words.js';
import { toldEvents } from './told-events.js';

/** As many as a person looks through; the log has them all. */
const most = 200;

/** What happened, the newest first, as it happens. */
export function Happened({ events }: { readonly events: readonly RolloutEventBody[] }) {
  const newest = toldEvents(events).slice(-most).reverse();
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
          {newest.map(({ event, looks }) => (
            <li key={event.sequence} class={phases[event.phase].tone}>
              <time dateTime={event.at}>{moment(event.at)}</time>
              <span class="happened-weight">{percent(event.weight)}</span>
              <span class="happened-words words">
                {event.sentence}
                {looks > 1 ? <span class="note"> (the newest of {looks} looks)</span> : null}
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
          <Explained of="listedEvents">{count(all)} events in all</Explained>
        </p>
      ) : null}
    </section>
  );
}
