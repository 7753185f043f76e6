/**
 * One line of NGINX's log a request: times, statuses and counts, never a body, an address or a key.
 * The fields are separated by tabs; none of them can hold one, as NGINX or Serin makes them all.
 */
export const lineFields = [
  ['mark', 's1'],
  ['model', '$serin_model'],
  /** Seconds since 1970 at the end of the request, to the millisecond. */
  ['endedAt', '$msec'],
  /** `live`, `forced` (somebody chose the arm) or `shadow`. */
  ['kind', '$serin_kind'],
  /** The arm that it was assigned to, whoever answered. */
  ['arm', '$serin_arm'],
  ['status', '$status'],
  /** One for each server that was tried, with commas between: `502, 200`. */
  ['upstreamStatus', '$upstream_status'],
  ['upstreamSeconds', '$upstream_response_time'],
  ['headerSeconds', '$upstream_header_time'],
  ['seconds', '$request_time'],
  /** Microseconds of the whole request, where NGINX has Lua. */
  ['microseconds', '$serin_us'],
  /** `OK`, or nothing where the answer broke off. */
  ['completion', '$request_completion'],
  ['bytes', '$bytes_sent'],
  ['stickyHash', '$serin_hash'],
  /** `epoch.number`, where NGINX has Lua: a number that is missing is a line that was lost. */
  ['sequence', '$serin_sequence'],
  ['requestId', '$serin_request_id'],
] as const;

/** The name of a field. */
export type LineField = (typeof lineFields)[number][0];

/** The format as NGINX's `log_format` takes it. */
export const nginxLogFormat = lineFields.map(([, variable]) => variable).join('\\t');
