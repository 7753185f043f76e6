/** An answer as HTTP carries it, whichever lane sends it. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; a list is a header that is sent several times. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}
