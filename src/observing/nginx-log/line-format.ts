import type { ModelName } from '../../domain/ids.js';

/** How NGINX writes the lines of one model's requests. */
export interface LineFormat {
  readonly model: ModelName;
  /** The variables of NGINX that hold them. */
  readonly variables: {
    /** `stable` or `canary`. */
    readonly arm: string;
    /** Of each server that was tried, until the head of its answer. */
    readonly headerSeconds: string;
    /** The fields from `microseconds` on, with tabs between. */
    readonly measured: string;
  };
  /** Whether `measured` has the microseconds: then NGINX's own milliseconds are not written. */
  readonly isFine: boolean;
}

/** Heads each line; a line with another one is not of this format. */
export const lineMark = 's3';

/**
 * One line of NGINX's log a request: times, statuses and counts, never a body, an address or a key.
 * The fields are separated by tabs; none of them can hold one, as NGINX or Serin makes them all.
 */
export const lineFields = [
  'mark',
  'model',
  /** The arm that it was assigned to, whoever answered. */
  'arm',
  /** Seconds since 1970 at the end of the request, to the millisecond. */
  'endedAt',
  'status',
  /** One for each server that was tried, with commas or colons between: `502, 200`. */
  'upstreamStatus',
  'upstreamSeconds',
  /** Of upgraded connections, which last; of others it may be `-`. */
  'headerSeconds',
  /** `-` where there are microseconds. */
  'seconds',
  /** `OK`, or nothing where the answer broke off. */
  'completion',
  'bytes',
  'requestId',
  /** Of the whole request, where NGINX has Lua; hexadecimal, as the two others that Lua writes. */
  'microseconds',
  /** `epoch.number`, where NGINX has Lua: a number that is missing is a line that was lost. */
  'sequence',
  /** `live`, `forced` (somebody chose the arm) or `shadow`. */
  'kind',
  'stickyHash',
] as const;

/** The name of a field. */
export type LineField = (typeof lineFields)[number];

/** The format as NGINX's `log_format` takes it. */
export function nginxLogFormat({ model, variables, isFine }: LineFormat): string {
  const fields = {
    mark: lineMark,
    model,
    arm: variables.arm,
    endedAt: '$msec',
    status: '$status',
    upstreamStatus: '$upstream_status',
    upstreamSeconds: '$upstream_response_time',
    headerSeconds: variables.headerSeconds,
    seconds: isFine ? '-' : '$request_time',
    completion: '$request_completion',
    bytes: '$bytes_sent',
    requestId: '$serin_request_id',
    microseconds: variables.measured,
  } satisfies Partial<Record<LineField, string>>;
  return Object.values(fields).join('\\t');
}
