import { weightKey, type Plan, type RoutePlan } from './plan.js';
import { inFolder, quoted } from './quoted.js';

/** A Lua expression for the module, loaded once in each worker. */
export function luaLoaded({ luaFile, name }: Plan): string {
  return `(package.loaded.${name}_router or assert(loadfile(${quoted(luaFile)}))("${name}"))`;
}

/** A Lua expression for the route, made known to the module once in each worker. */
export function luaRoute(plan: Plan, route: RoutePlan, index: number): string {
  const key = weightKey(route);
  return `(serin.routes["${key}"] or serin.open("${key}", { ${fields(plan, route, index).join(', ')} }))`;
}

/**
 * Chooses the arm and measures. In the server and not in its location, so that a request that is
 * refused before one is chosen (a body that is too large) has an arm in the log, too.
 */
export function luaHooks(plan: Plan, route: RoutePlan, index: number): string {
  return `  set_by_lua_block $serin_arm {
    local serin = ${luaLoaded(plan)}
    return serin.assign(${luaRoute(plan, route, index)})
  }
  log_by_lua_block {
    local serin = ${luaLoaded(plan)}
    serin.finish(${luaRoute(plan, route, index)})
  }
`;
}

/** The same in the server of the shadows. */
export function luaShadowHooks(plan: Plan): string {
  return `  set_by_lua_block $serin_arm {
    local serin = ${luaLoaded(plan)}
    return serin.assign_shadow()
  }
  log_by_lua_block {
    local serin = ${luaLoaded(plan)}
    serin.finish_shadow()
  }
`;
}

/** The socket of the server that sends a model's shadows on. */
export function shadowSocket(index: number): string {
  return `shadow-${index}.sock`;
}

/** A worker sends so many copies at a time; NGINX runs 256 timers at most. */
const mostShadows = 128;

function fields(plan: Plan, route: RoutePlan, index: number): string[] {
  const { settings, canary, weight, shadow } = route;
  const key = weightKey(route);
  const { sticky, forceArmHeader } = settings;
  return [
    `key = "${key}"`,
    `weight = ${weight}`,
    `shadow = ${shadow}`,
    // The in-process router's salt is the model's name, too.
    `salt = "${settings.model}"`,
    ...(sticky?.from === 'header' ? [`header = "${headerVariable(sticky.name)}"`] : []),
    ...(sticky?.from === 'cookie' ? [`cookie = "${sticky.name}"`] : []),
    ...(canary === undefined || forceArmHeader === undefined
      ? []
      : [`force = "${headerVariable(forceArmHeader)}"`]),
    ...(canary === undefined
      ? []
      : [
          `shadow_socket = ${inFolder(plan.folder, shadowSocket(index))}`,
          `most_shadows = ${mostShadows}`,
          `timeout_ms = ${settings.canaryTimeoutMs}`,
        ]),
  ];
}

/** NGINX's variable of a request header, without the `$`. */
export function headerVariable(name: string): string {
  return `http_${name.toLowerCase().replaceAll('-', '_')}`;
}
