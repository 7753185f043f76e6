import { test } from 'vitest';
import { canRunNginx, NginxUnderTest, model } from '../integration/nginx/nginx-under-test.js';
import type { NginxMode } from '../../src/domain/front.js';
import { routerConformance, type RouterInTest } from './router.js';

async function nginx(mode: NginxMode): Promise<RouterInTest> {
  const sticky = { from: 'header', name: 'x-user-id' } as const;
  const under = await NginxUnderTest.start({ mode, ...(mode === 'lua' ? { sticky } : {}) });
  return {
    router: under.router,
    model,
    arms: (keys) =>
      under.askMany(keys.length, (i): Record<string, string> => {
        const key = keys[i];
        return key === undefined ? {} : { 'x-user-id': key };
      }),
    copies: () => under.canary.requests,
    close: () => under.close(),
  };
}

if (canRunNginx()) {
  routerConformance('NGINX with Lua', { sticky: true, shadow: true }, () => nginx('lua'));
  routerConformance('NGINX without Lua', { sticky: false, shadow: false }, () => nginx('plain'));
} else {
  test.skip('NGINX is not installed');
}
