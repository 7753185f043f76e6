import { lookNow, timesFound } from './connection.js';

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
 * A tab that nobody sees follows nothing: a browser allows six connections to a server, and each tab would hold one.
 * @returns a function that stops it
 */
export function follow(path: string, { on, onOpen }: Followed): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const close = (): void => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  const open = (): void => {
    close();
    const opened = (source = new EventSource(path));
    opened.addEventListener('open', onOpen);
    for (const [name, take] of Object.entries(on)) {
      opened.addEventListener(name, (event: MessageEvent<string>) => take(JSON.parse(event.data)));
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
