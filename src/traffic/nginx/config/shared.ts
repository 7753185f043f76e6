import { nginxLogFormat } from '../../../observing/nginx-log/line-format.js';
import type { Plan } from './plan.js';

/** What all routes share: request ids, who answered, and the log's format. */
export function renderShared(plan: Plan): string {
  const dictionary = plan.mode === 'lua' ? 'lua_shared_dict serin 1m;\n' : '';
  // A canary has one server, so that an address after a comma is stable's.
  return `${dictionary}log_format serin escape=none '${nginxLogFormat}';
map $http_x_request_id $serin_request_id {
  "~^[A-Za-z0-9._:/+=-]{1,128}$" $http_x_request_id;
  default $request_id;
}
map $http_upgrade $serin_connection {
  "" "";
  default upgrade;
}
map $upstream_addr $serin_fallback {
  "~," canary;
  default "";
}
map $serin_arm$serin_fallback $serin_answered {
  canary canary;
  default stable;
}
`;
}
