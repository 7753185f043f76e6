import { localTime } from '../../render/local-time.js';
import type { Paint } from '../../render/paint.js';
import { printable } from '../../render/printable.js';
import { renderLastWords } from '../../render/rollout/last-words.js';
import { renderScreen, type Watched } from '../../render/rollout/screen.js';
import type { Display } from './display.js';
import { LiveScreen, type Terminal } from './live-screen.js';

/** A screen that is always up to date, for a person at a terminal. */
export function liveDisplay(terminal: Terminal, paint: Paint): Display {
  let screen: LiveScreen | undefined;
  const draw = (watched: Watched): void => {
    // Only now: an error before there is anything to show belongs on the screen that is there.
    screen ??= new LiveScreen(terminal);
    screen.show(({ columns, rows }) =>
      renderScreen(watched, { columns, rows, paint, nowMs: Date.now(), timeOf: localTime }),
    );
  };
  return {
    showsFront: true,
    begin: draw,
    hear: (_heard, watched) => {
      draw(watched);
    },
    end: (watching) => {
      screen?.close();
      terminal.write(`${renderLastWords(printable(watching))}\n`);
    },
    close: () => screen?.close(),
  };
}
