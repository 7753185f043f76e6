import { signal } from '@preact/signals';
import { session } from './session.js';
import { readSession } from './sign-in.js';

/** Whether what the page shows may be out of date, because the server does not answer. */
export const connectionLost = signal(false);

/** How often the server was found again; who follows something begins anew then. */
export const timesFound = signal(0);

const everyMs = 5_000;
const everyMsWhenLost = 1_500;
const patienceMs = 4_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let looking = false;

/**
 * Looks at the server every few seconds: an event stream alone does not notice a server that is
 * gone without a word. A tab that nobody sees asks nothing, and looks at once when it is seen again.
 */
export function watchConnection(): void {
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) lookNow();
  });
  lookNow();
}

/** Looks at once, because something else failed. */
export function lookNow(): void {
  clearTimeout(timer);
  if (!looking) void look();
}

async function look(): Promise<void> {
  looking = true;
  try {
    const found = await readSession(patienceMs);
    if (JSON.stringify(found) !== JSON.stringify(session.value)) session.value = found;
    if (connectionLost.value) {
      connectionLost.value = false;
      timesFound.value += 1;
    }
  } catch {
    // Whatever it was: what the page shows may not be what is.
    connectionLost.value = true;
  }
  looking = false;
  if (document.hidden) return;
  timer = setTimeout(() => void look(), connectionLost.value ? everyMsWhenLost : everyMs);
}
