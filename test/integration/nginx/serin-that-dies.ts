import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { NginxSettings } from '../../../src/traffic/nginx/settings.js';

const module = new URL('../../../dist/src/traffic/nginx/open-nginx-router.js', import.meta.url);

/** A process that opens an NGINX as Serin does, sets a weight, and can be killed. */
export async function startSerinThatDies(
  settings: NginxSettings,
  weight: number,
): Promise<ChildProcess> {
  const script = `
    const { openNginxRouter } = await import(${JSON.stringify(module.href)});
    const settings = ${JSON.stringify(settings)};
    const { router } = await openNginxRouter(settings, () => undefined);
    await router.setWeight(settings.routes[0].model, ${weight});
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}
