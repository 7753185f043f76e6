import type { LoadProgress } from '../../gates/loadtest/load-progress.js';
import { LiveView } from '../live-view.js';
import { renderLoadTestLine, renderLoadTestLive } from '../render/loadtest-live.js';

/** Drawing takes a millisecond or two, which requests then are late by. */
const drawEveryMs = 500;
const lineEveryMs = 5_000;

/** Shows a load test while it runs: a picture on a terminal, else now and then a line. */
export function progressShower(): {
  readonly show: (progress: LoadProgress) => void;
  readonly end: () => void;
} {
  const view = new LiveView();
  let nextMs = LiveView.isPossible ? 0 : lineEveryMs;
  const show = (progress: LoadProgress): void => {
    if (progress.elapsedMs < nextMs) return;
    if (LiveView.isPossible) {
      nextMs = progress.elapsedMs + drawEveryMs;
      view.draw(renderLoadTestLive(progress));
    } else {
      nextMs += lineEveryMs;
      process.stderr.write(`${renderLoadTestLine(progress)}\n`);
    }
  };
  return { show, end: () => view.clear() };
}
