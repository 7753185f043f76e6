/** What is asked beside the requests themselves; nothing of it ever speaks for a canary. */
export interface SourceSettings {
  /** The percentage of errors that each arm reports of itself. */
  readonly health?: {
    /** `/health`, of each arm's own address. */
    readonly path: string;
    /** Where in the answer it is: `.error_rate`. */
    readonly errorRate: string;
    /** Percent; a canary above it, and above stable, harms. */
    readonly above: number;
  };
  /** A number of each arm that Prometheus knows. */
  readonly prometheus?: {
    readonly url: string;
    readonly queries: { readonly stable: string; readonly canary: string };
    readonly above: number;
    /** What the number is, for people. */
    readonly of?: string;
    readonly unit?: string;
  };
}
