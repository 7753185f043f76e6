import type { Plan } from './plan.js';

/**
 * What all routes share. A map is looked at when somebody asks for it, and not before; so variables
 * that Lua sets, and costly ones, are maps. Where an NGINX includes several files of Serin's, each
 * says the same of these.
 */
export function renderShared({ mode, name }: Plan): string {
  const hasLua = mode === 'lua';
  const madeId = hasLua ? '$serin_made_id' : '$request_id';
  return `${hasLua ? forLua(name) : ''}map $http_x_request_id $serin_request_id {
  "" ${madeId};
  "~^[A-Za-z0-9._:/+=-]{1,128}$" $http_x_request_id;
  default ${madeId};
}
map $http_upgrade $serin_connection {
  "" "";
  default upgrade;
}
`;
}

const forLua = (name: string): string => `lua_shared_dict ${name} 1m;
map "" $serin_made_id {
  default $request_id;
}
map "" $serin_measured {
  default "-\\t-\\tlive\\t-";
}
map "" $serin_header_seconds {
  default "-";
}
map "" $serin_connection_after {
  default "";
}
`;
