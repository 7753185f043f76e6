import { routeName, type Plan, type RoutePlan } from './plan.js';

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

/** What answers say of themselves. */
export function renderAnswerHeaders(plan: Plan, index: number): string {
  const name = routeName(plan, index);
  // Nothing, but while a reload is prepared.
  const comeBack =
    plan.mode === 'lua' ? '  add_header connection $serin_connection_after always;\n' : '';
  return `  add_header x-request-id $serin_request_id always;
  add_header serin-arm $${name}_answered always;
  add_header serin-version $${name}_version always;
  add_header serin-fallback $${name}_fallback always;
${comeBack}`;
}
