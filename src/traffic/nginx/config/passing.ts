import type { Plan, RoutePlan } from './plan.js';

/** How requests are passed on, and tried again, whichever server they go to: of a `server { }`. */
export function renderPassing({ settings }: RoutePlan): string {
  const retried = ['error', 'timeout', 'invalid_header', 'http_500', 'http_502', 'http_503'];
  const next = [...retried, 'http_504', ...(settings.retryPosts ? ['non_idempotent'] : [])];
  return `  proxy_http_version 1.1;
  # Each part of an answer goes on as it comes: streams stream.
  proxy_buffering off;
  proxy_buffer_size 16k;
  proxy_buffers 8 16k;
  proxy_busy_buffers_size 32k;
  proxy_connect_timeout ${settings.connectTimeoutMs}ms;
  proxy_send_timeout ${settings.readTimeoutMs}ms;
  proxy_read_timeout ${settings.readTimeoutMs}ms;
  proxy_next_upstream ${next.join(' ')};
  proxy_set_header Host $host;
  proxy_set_header Connection $serin_connection;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header X-Request-Id $serin_request_id;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_hide_header x-request-id;
  proxy_hide_header serin-arm;
  proxy_hide_header serin-version;
  proxy_hide_header serin-fallback;
`;
}

/** Who has answered, as far as a location knows it before: words, or variables of NGINX. */
export interface Answerer {
  readonly arm: string;
  readonly version: string;
  /** For whom stable has answered; undefined: for nobody. */
  readonly fallback?: string;
}

/** What answers say of themselves: of a `location { }`, as what is known needs no looking up. */
export function renderAnswerHeaders({ mode }: Plan, { arm, version, fallback }: Answerer): string {
  const headers = [
    ['x-request-id', '$serin_request_id'],
    ['serin-arm', arm],
    ['serin-version', `"${version}"`],
    ...(fallback === undefined ? [] : [['serin-fallback', fallback]]),
    // Nothing, but while a reload is prepared.
    ...(mode === 'lua' ? [['connection', '$serin_connection_after']] : []),
  ];
  return headers.map((words) => `    add_header ${words.join(' ')} always;\n`).join('');
}
