import type { Watched } from '../../render/rollout/screen.js';
import type { Heard } from '../follow-rollout.js';
import type { Watching } from '../watch-rollout.js';

/** Shows a person, or a machine, a rollout that is watched. */
export interface Display {
  /** Whether it shows what stands in front of the arms, which has to be asked for again and again. */
  readonly showsFront: boolean;
  /** What was known when the watching began, with all events so far. */
  begin(watched: Watched): void;
  /** What was heard, and what is known with it. */
  hear(heard: Heard, watched: Watched): void;
  end(watching: Watching): void;
  /** Gives the terminal back; also after an error, and more than once. */
  close(): void;
}
