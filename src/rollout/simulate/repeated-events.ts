import type { RolloutEvent, RolloutEventBody } from '../machine/events.js';
import type { Choices } from './choices.js';
import type { FaultRates } from './scenario.js';
import type { VirtualClock } from './virtual-clock.js';

/** Requests of people that come again do something again: without an end it would go on for ever. */
const mostRepeats = 20;
const longestMs = 60_000;

export interface Repeating {
  readonly choices: Choices;
  readonly clock: VirtualClock;
  readonly rates: FaultRates;
}

/**
 * Events of every kind that come again: at once, as an answer that is sent twice or a second click,
 * and some time later, when they are out of date.
 */
export class RepeatedEvents {
  #left = mostRepeats;
  /** Those that were told again, by name, such as `tick twice`. */
  readonly met: string[] = [];

  /** @param tell tells an event to the server that runs then; false where none does */
  constructor(
    private readonly simulation: Repeating,
    private readonly tell: (body: RolloutEventBody) => boolean,
  ) {}

  /** An event has come, and is in the log. */
  logged(event: RolloutEvent): void {
    const { choices, rates } = this.simulation;
    const [twice, later] = [`${event.type} twice`, `${event.type} again later`];
    if (choices.happens(twice, rates.duplicate)) this.#repeat(event, 0, twice);
    if (choices.happens(later, rates.delay)) {
      this.#repeat(event, choices.between('later', 1, longestMs), later);
    }
  }

  #repeat(event: RolloutEvent, afterMs: number, name: string): void {
    if (this.#left-- <= 0) return;
    this.simulation.clock.after(afterMs, () => {
      if (this.tell(event)) this.met.push(name);
    });
  }
}
