import { batch } from '@preact/signals';
import { lookNow, timesFound } from './connection.js';
import { withNextFrame } from './next-frame.js';

export interface Followed {
  /** What comes, by the name of its event. */
  readonly on: Readonly<Record<string, (sent: unknown) => void>>;
  /** The stream was opened: whatever happened before has to be asked for. */
  readonly onOpen: () => void;
}

const retryMs = 1_000;

/**
 * Follows a stream of server-sent events for as long as it is wanted. The browser opens a stream that broke by itself and
 * says which event it saw last; where it gave up, and where the server was found again, it is opened anew.
 * What comes between two pictures is taken in one piece, so that a slow machine draws less and falls not behind.
 * A tab that nobody sees follows nothing: a browser allows six connections to a server, and each tab would hold one.
 * @returns a function that stops it
 */
export function follow(path: string, { on, onOpen }: Followed): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let taking: (() => void) | undefined;
  let untaken: (() => void)[] = [];
  const close = (): void => {
    clearTimeout(retry);
    taking?.();
    taking = undefined;
    untaken = [];
    source?.close();
    source = undefined;
  };
  const takeAll = (): void => {
    const sent = untaken;
    taking = undefined;
    untaken = [];
    batch(() => {
      for (const take of sent) take();
    });
  };
  const open = (): void => {
    close();
    const opened = (source = new EventSource(path));
    opened.addEventListener('open', onOpen);
    for (const [name, take] of Object.entries(on)) {
      opened.addEventListener(name, ({ data }: MessageEvent<string>) => {
        untaken.push(() => take(JSON.parse(data)));
        taking ??= withNextFrame(takeAll);
      });
    }
    opened.addEventListener('error', () => {
      lookNow();
      if (opened.readyState === EventSource.CLOSED && source === opened) {
        retry = setTimeout(open, retryMs);
      }
    });
  };
  const seenOrNot = (): void => {
    if (document.hidden) close();
    else if (source === undefined) open();
  };
  document.addEventListener('visibilitychange', seenOrNot);
  const stop = timesFound.subscribe(() => {
    if (!document.hidden) open();
  });
  return () => {
    document.removeEventListener('visibilitychange', seenOrNot);
    stop();
    close();
  };
}
