/** Headers by their names in lower case; a list is a header that is sent several times. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[]>>;

/** An answer as HTTP carries it, whichever lane sends it. */
export interface HttpAnswer {
  readonly status: number;
  /** The version's own. Not one object with Serin's: joining them cost a tenth of a request. */
  readonly headers: HttpHeaders;
  /** Serin's, which win. */
  readonly added: HttpHeaders;
  readonly body: string | Buffer;
}
