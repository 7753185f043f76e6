/** Where it is kept who is signed in on the page: digests of sessions, of which no session can be made. */
export interface SessionStore {
  /** @param endsAtMs milliseconds since 1970 @throws SerinError `store-failed` */
  save(digest: string, endsAtMs: number): void;
  /** When a session ends; undefined where there is none. @throws SerinError `store-failed` */
  endOf(digest: string): number | undefined;
  /** @throws SerinError `store-failed` */
  remove(digest: string): void;
  /** Forgets those that have ended, and all but so many that end last. @throws SerinError `store-failed` */
  forget(endedAtMs: number, most: number): void;
}
