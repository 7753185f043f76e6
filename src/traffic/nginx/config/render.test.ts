import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toModelName, toVersionName } from '../../../domain/ids.js';
import { toPercent } from '../../../domain/share.js';
import { checkSettings } from '../check-settings.js';
import type { NginxMode } from '../../../domain/front.js';
import type { NginxSettings, RouteSettings } from '../settings.js';
import { weightKey, withShares, type Plan } from './plan.js';
import { renderNginx } from './render.js';

const model = toModelName('churn');

function planOf(mode: NginxMode, changes: Partial<RouteSettings> = {}): Plan {
  const route: RouteSettings = {
    model,
    listen: [{ host: '127.0.0.1', port: 8080 }],
    stable: { url: 'http://127.0.0.1:7011', version: toVersionName('1') },
    canary: { url: 'http://127.0.0.1:7012', version: toVersionName('2') },
    ...changes,
  };
  return {
    mode,
    nginx: {
      binary: 'nginx',
      version: '1.22.1',
      hasLua: mode === 'lua',
      luaModules: [],
      hasHttp2Module: true,
      http2IsDirective: false,
      hasStatusModule: true,
    },
    folder: '/var/lib/serin/n',
    own: true,
    name: 'serin',
    workers: 2,
    luaFile: '/var/lib/serin/n/serin.lua',
    routes: checkSettings({ folder: '/var/lib/serin/n', routes: [route] }).map((settings) => ({
      settings,
      stable: { address: '127.0.0.1:7011', version: settings.stable.version },
      canary: { address: '127.0.0.1:7012', version: toVersionName('2') },
      weight: toPercent(0),
      shadow: toPercent(0),
    })),
  };
}

describe('a configuration', () => {
  test('needs a reload for another weight only where there is no Lua', () => {
    for (const mode of ['lua', 'plain'] as const) {
      const plan = planOf(mode);
      const [before, after] = [plan, withShares(plan, model, { weight: toPercent(25) })];
      expect(renderNginx(after).text).not.toBe(renderNginx(before).text);
      const isSame = renderNginx(after).generation === renderNginx(before).generation;
      expect(isSame).toBe(mode === 'lua');
    }
  });

  test('keeps a weight under the name of its two servers', () => {
    const [route] = planOf('lua').routes;
    const other = { ...route!, canary: { address: '127.0.0.1:7013', version: toVersionName('2') } };
    expect(weightKey(other)).not.toBe(weightKey(route!));
    expect(weightKey({ ...route!, weight: toPercent(50) })).toBe(weightKey(route!));
  });

  test('asks no stable server twice for one request, and every canary failure of stable', () => {
    const { text } = renderNginx(planOf('plain'));
    expect(text).toMatch(/upstream serin_0_stable \{\s+server 127.0.0.1:7011 max_fails=0;\s+keep/);
    expect(text).toMatch(/server 127.0.0.1:7012 max_fails=0;\s+server 127.0.0.1:7011 .*backup;/);
  });

  test('gives the canary a third of the time of stable, or what is said, and never more', () => {
    const textOf = (changes: Partial<RouteSettings>) => renderNginx(planOf('plain', changes)).text;
    const canary = (text: string) => /location @serin_0_canary \{([^}]*)/.exec(text)?.[1];
    expect(canary(textOf({}))).toContain('proxy_read_timeout 10000ms');
    expect(canary(textOf({ readTimeoutMs: 1_000 }))).toContain('proxy_read_timeout 334ms');
    expect(canary(textOf({ canaryTimeoutMs: 2_000 }))).toContain('proxy_read_timeout 2000ms');
    const longer = { readTimeoutMs: 1_000, canaryTimeoutMs: 1_001 };
    expect(() => textOf(longer)).toThrow(/canaryTimeoutMs: a whole number from 1 to 1000/);
  });

  test.each([
    [0, /split_clients \$request_id \$serin_0_split \{\s+\* stable;/],
    [100, /split_clients \$request_id \$serin_0_split \{\s+\* canary;/],
    [0.01, /0\.01% canary;\s+\* stable;/],
    [33.33, /33\.33% canary;\s+\* stable;/],
  ])('without Lua gives %s percent to the canary', (weight, expected) => {
    const plan = withShares(planOf('plain'), model, { weight: toPercent(weight) });
    expect(renderNginx(plan).text).toMatch(expected);
  });

  test('lets nobody choose the arm unless it is allowed', () => {
    for (const mode of ['lua', 'plain'] as const) {
      expect(renderNginx(planOf(mode)).text).not.toContain('http_serin_force_arm');
      const allowed = planOf(mode, { forceArmHeader: 'Serin-Force-Arm' });
      expect(renderNginx(allowed).text).toContain('http_serin_force_arm');
    }
  });
});

describe('settings that NGINX could misread', () => {
  const check = (changes: Partial<RouteSettings>) => (): unknown => planOf('plain', changes);

  test('are refused by name', () => {
    const listen = [{ host: '127.0.0.1; return 200', port: 80 }];
    expect(check({ listen })).toThrow(/a host to listen on/);
    expect(check({ sticky: { from: 'header', name: 'x_y"' } })).toThrow(/sticky header/);
    expect(check({ limits: { requestsPerSecond: 0.5 } })).toThrow(/requestsPerSecond/);
    expect(check({ maxBodyBytes: 0 })).toThrow(/maxBodyBytes/);
    expect(check({ listen: [] })).toThrow(/to listen on, found none/);
  });

  test('no folder gets out of its quotes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (name) => {
        const plan = { ...planOf('lua'), folder: `/srv/${name}` };
        let text: string;
        try {
          ({ text } = renderNginx(plan));
        } catch {
          return /["'$\\{};\n\r\t#]/.test(name);
        }
        return text.includes(`pid "/srv/${name}`) || name.includes('.') || name.includes('/');
      }),
    );
  });

  test('two routes of one model, and too long a folder, are refused', () => {
    const route = planOf('plain').routes[0]!.settings;
    const settings: NginxSettings = { folder: '/n', routes: [route, route] };
    expect(() => checkSettings(settings)).toThrow(/one route a model, found two for churn/);
    expect(() => checkSettings({ folder: `/${'n'.repeat(90)}`, routes: [route] })).toThrow(
      /folder/,
    );
  });
});
