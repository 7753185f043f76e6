/** A request as the load generator repeats it. */
export interface LoadRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names in lower case; `host`, `connection` and `content-length` are the sender's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why there is no whole answer. */
export const NoAnswer = {
  /** No connection: refused, no such host, no way there. */
  Refused: 'refused',
  /** The connection was closed or reset before the whole answer had come. */
  Dropped: 'dropped',
  /** What came is not HTTP/1.1. */
  Malformed: 'malformed',
} as const;
export type NoAnswer = (typeof NoAnswer)[keyof typeof NoAnswer];

/** How one request ended. Times are those of the sender's clock. */
export type Exchange = {
  /** When it went out, or was given up without having gone out. */
  readonly sentAtMs: number;
  readonly endedAtMs: number;
} & (
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  | { readonly kind: 'none'; readonly why: NoAnswer; readonly words: string }
);

/** A request under way. */
export interface Sending {
  /** Gives it up: nothing is called back any more, and its connection is closed. */
  cancel(): void;
  /** Undefined while it waits for a connection. */
  readonly sentAtMs: number | undefined;
}

/** What carries requests to one target. */
export interface Sender {
  /**
   * Sends a request once.
   * @param index of the request in the list that the sender was opened with
   * @param onEnd called once, never before `send` has returned
   */
  send(index: number, onEnd: (exchange: Exchange) => void): Sending;
  /** Closes every connection; what is under way is forgotten. */
  close(): void;
}

/** A whole answer, whatever it says. */
export interface SingleAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks a target once, outside of any load.
 * @throws SerinError for what the gateway would answer with its status; any other error, in words,
 * where no answer came
 */
export type AskOnce = (request: LoadRequest) => Promise<SingleAnswer>;
