import type { RolloutEventBody } from '../../../api/contract/rollouts.js';
import { localTime } from '../../render/local-time.js';
import type { Paint } from '../../render/paint.js';
import { printable } from '../../render/printable.js';
import { renderEvent } from '../../render/rollout/event-line.js';
import { renderLastWords } from '../../render/rollout/last-words.js';
import type { Display } from './display.js';

/** One line for everything that happens: for files, pipes, and the log of a CI job. */
export function lineDisplay(write: (text: string) => unknown, paint: Paint): Display {
  const tell = (event: RolloutEventBody): void => {
    write(`${renderEvent(event, { timeOf: localTime, paint })}\n`);
  };
  return {
    showsFront: false,
    begin: ({ rollout, events }) => {
      const { model, canary, stable, id } = printable(rollout);
      write(`${model}: ${canary} against ${stable}, rollout ${id}\n`);
      events.forEach(tell);
    },
    hear: (heard, { silence }) => {
      switch (heard.kind) {
        case 'event':
          tell(heard.event);
          return;
        case 'disconnected':
          write(`${silence ?? heard.reason}\n`);
          return;
        case 'reconnected':
          write('The server is back.\n');
          return;
        case 'rollout':
        case 'point':
        case 'end':
          return;
      }
    },
    end: (watching) => {
      write(`${renderLastWords(printable(watching))}\n`);
    },
    close: () => undefined,
  };
}
