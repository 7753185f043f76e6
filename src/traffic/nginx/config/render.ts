import { NginxMode } from '../../../domain/front.js';
import { renderAdmin } from './admin.js';
import { renderMain } from './main.js';
import { shortHash, withoutShares, type Plan } from './plan.js';
import { renderRoute } from './route.js';
import { renderShared } from './shared.js';

/** A configuration, and the name by which NGINX says that it is the one in force. */
export interface Rendered {
  readonly text: string;
  readonly generation: string;
}

/**
 * The whole configuration of an NGINX of Serin's own, or the file that another one includes. With
 * Lua a new weight is the same generation, as it needs no reload; the text holds it nevertheless,
 * so that an NGINX that is started anew has it.
 */
export function renderNginx(plan: Plan): Rendered {
  const needsReload = plan.mode === NginxMode.Lua ? withoutShares(plan) : plan;
  const generation = shortHash(textOf(needsReload, ''));
  return { text: textOf(plan, generation), generation };
}

function textOf(plan: Plan, generation: string): string {
  const site = [
    renderShared(plan),
    ...plan.routes.map((route, index) => renderRoute(plan, route, index)),
    renderAdmin(plan, generation),
  ].join('\n');
  const head = '# Written by Serin, which writes it anew: change its settings instead.\n';
  return head + (plan.own ? renderMain(plan, site) : site);
}
