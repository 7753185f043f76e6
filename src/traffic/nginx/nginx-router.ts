import { setTimeout as sleep } from 'node:timers/promises';
import { SerinError } from '../../domain/errors.js';
import { NginxMode } from '../../domain/front.js';
import type { ModelName } from '../../domain/ids.js';
import type { RouterCapabilities } from '../../domain/router-capabilities.js';
import { toPercent, type Percent } from '../../domain/share.js';
import type { Router } from '../router.js';
import { weightKey, withShares, type Plan, type RoutePlan } from './config/plan.js';
import { renderNginx } from './config/render.js';
import { OneAtATime } from './one-at-a-time.js';
import { resolveServer } from './resolve-server.js';
import type { RunningNginx } from './running-nginx.js';
import { checkRoute } from './check-settings.js';
import type { RouteSettings } from './settings.js';
import type { NginxState, StateChange, StateClient } from './state-client.js';

/** How long clients are asked to come back on new connections before a reload. */
const drainMs = 300;

/** Hundredths of a percent are what `split_clients` knows; Lua's limit is that of its numbers. */
const minimumWeights: Readonly<Record<NginxMode, number>> = { lua: 0.0001, plain: 0.01 };

/** Splits traffic between servers by an NGINX in front of them. */
export class NginxRouter implements Router {
  readonly capabilities: RouterCapabilities;
  readonly #turns = new OneAtATime();
  #plan: Plan;

  constructor(
    plan: Plan,
    private readonly nginx: RunningNginx,
    private readonly client: StateClient,
  ) {
    this.#plan = plan;
    const hasLua = plan.mode === NginxMode.Lua;
    this.capabilities = {
      shadow: hasLua,
      sticky: hasLua ? ['header', 'cookie'] : [],
      minimumWeight: toPercent(minimumWeights[plan.mode]),
      verify: true,
    };
  }

  /** Brings the plan in force, with the weights that the same two servers had before. */
  open(): Promise<void> {
    return this.#turns.run(async () => {
      const before = await this.#stateIfAny();
      for (const route of this.#plan.routes) {
        const known = before?.routes[route.settings.model];
        if (known?.key !== weightKey(route)) continue;
        const shares = { weight: toPercent(known.weight), shadow: toPercent(known.shadow) };
        this.#plan = withShares(this.#plan, route.settings.model, shares);
      }
      await this.nginx.apply(renderNginx(this.#plan));
      // A Serin that was killed before its reload may have left this.
      if (this.#plan.mode === NginxMode.Lua) await this.client.change({ drain: 0 });
    });
  }

  setWeight(model: ModelName, weight: Percent): Promise<void> {
    return this.#turns.run(async () => {
      this.#requireCanary(model, weight);
      this.#requireMultiple(weight);
      await this.#change(model, { weight });
    });
  }

  async weightInForce(model: ModelName): Promise<Percent> {
    return toPercent(sharesOf(await this.client.read(), model).weight);
  }

  startShadow(model: ModelName, percent: Percent): Promise<void> {
    return this.#turns.run(async () => {
      if (!this.capabilities.shadow) {
        throw new SerinError('strategy-not-possible', {
          expected: 'an NGINX with Lua for shadows',
          found: 'one without',
        });
      }
      this.#requireCanary(model, percent);
      await this.#change(model, { shadow: percent });
    });
  }

  stopShadow(model: ModelName): Promise<void> {
    return this.#turns.run(async () => {
      if (this.capabilities.shadow) await this.#change(model, { shadow: toPercent(0) });
    });
  }

  /**
   * Changes what is not a share: the one change that is always a reload. Weight and shadow of two
   * other servers than before start at 0; those of the same two stay. What is in force already is
   * left alone.
   * @throws SerinError `nginx-settings-invalid`; as `RunningNginx.apply`; the route before stays in
   *   force then
   */
  setRoute(wanted: RouteSettings): Promise<void> {
    return this.#turns.run(async () => {
      const { stable, canary } = wanted;
      const route = this.#route(wanted.model);
      const none = { weight: toPercent(0), shadow: toPercent(0) };
      const other = {
        ...route,
        settings: checkRoute(wanted),
        stable: await resolveServer(stable),
        canary: canary === undefined ? undefined : await resolveServer(canary),
      };
      const areSame = weightKey(other) === weightKey(route);
      const replaced = areSame ? other : { ...other, ...none };
      const routes = this.#plan.routes.map((one) => (one === route ? replaced : one));
      const plan = { ...this.#plan, routes };
      if (renderNginx(plan).generation === renderNginx(this.#plan).generation) return;
      // These two may have been a pair before: what they had then is not what they have now.
      if (!areSame && plan.mode === NginxMode.Lua) {
        await this.client.change({ forget: weightKey(replaced) });
      }
      await this.#reload(plan);
    });
  }

  async #change(model: ModelName, shares: Shares): Promise<void> {
    const before = this.#plan;
    const plan = withShares(before, model, shares);
    const { weight: weightBefore, shadow: shadowBefore } = this.#route(model);
    const { weight, shadow } = { weight: weightBefore, shadow: shadowBefore, ...shares };
    if (plan.mode === NginxMode.Plain) {
      await this.nginx.apply(renderNginx(plan));
      this.#plan = plan;
    } else if (weight <= weightBefore && shadow <= shadowBefore) {
      // Users first: a full disk keeps nobody on a bad canary.
      await this.client.change(changeOf(model, shares));
      this.#plan = plan;
      await this.nginx.keep(renderNginx(plan));
    } else {
      try {
        await this.nginx.keep(renderNginx(plan));
        await this.client.change(changeOf(model, shares));
      } catch (thrown) {
        // Where the disk is full this fails for the same reason, and is known in memory.
        await this.nginx.keep(renderNginx(before)).catch(() => undefined);
        throw thrown;
      }
      this.#plan = plan;
    }
    const inForce = sharesOf(await this.client.read(), model);
    for (const [name, wanted] of Object.entries(shares)) {
      const found = inForce[name as 'weight' | 'shadow'];
      if (found === wanted) continue;
      throw new SerinError('weight-not-in-force', {
        expected: `a ${name} of ${wanted}%`,
        found: `${found}%`,
      });
    }
  }

  async #reload(plan: Plan): Promise<void> {
    const drains = plan.mode === NginxMode.Lua;
    if (drains) {
      await this.client.change({ drain: 1 });
      await sleep(drainMs);
    }
    try {
      await this.nginx.apply(renderNginx(plan));
      this.#plan = plan;
    } finally {
      if (drains) await this.client.change({ drain: 0 });
    }
  }

  async #stateIfAny(): Promise<NginxState | undefined> {
    try {
      return await this.client.read();
    } catch {
      // Nothing serves yet; or what does is of no use and is started anew.
      return undefined;
    }
  }

  #route(model: ModelName): RoutePlan {
    const route = this.#plan.routes.find(({ settings }) => settings.model === model);
    if (route !== undefined) return route;
    throw new SerinError('model-not-found', { expected: 'a model behind NGINX', found: model });
  }

  #requireCanary(model: ModelName, share: Percent): void {
    if (this.#route(model).canary !== undefined || share === 0) return;
    throw new SerinError('no-canary', { expected: `a canary of ${model}`, found: 'none' });
  }

  #requireMultiple(weight: Percent): void {
    const times = weight / this.capabilities.minimumWeight;
    if (Math.abs(times - Math.round(times)) < 1e-6) return;
    throw new SerinError('weight-out-of-range', {
      expected: `a multiple of ${this.capabilities.minimumWeight}%`,
      found: `${weight}%`,
    });
  }
}

type Shares = { readonly weight: Percent } | { readonly shadow: Percent };

function changeOf(model: ModelName, shares: Shares): StateChange {
  return { model, ...shares };
}

function sharesOf(state: NginxState, model: ModelName): NginxState['routes'][string] {
  const shares = state.routes[model];
  if (shares !== undefined) return shares;
  throw new SerinError('model-not-found', { expected: 'a model behind NGINX', found: model });
}
