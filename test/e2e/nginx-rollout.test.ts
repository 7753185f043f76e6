import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ArmServer, freePort } from '../integration/nginx/arm-servers.js';
import { Load } from '../integration/nginx/load.js';
import { behindNginx } from '../integration/nginx/nginx-rollout.js';
import { canRunNginx } from '../integration/nginx/nginx-under-test.js';
import { hasBrowser, launchBrowser } from './browser.js';
import { beginSerinOnTerminal } from './serin-process.js';
import { WatchedServer } from './watched-server.js';

// A browser and an NGINX on a machine that is busy take their time.
vi.setConfig({ testTimeout: 180_000 });

const after: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of after.splice(0).toReversed()) await undo();
});

describe.runIf(hasBrowser && canRunNginx())('a rollout behind NGINX', () => {
  test('says on the page and in a terminal which mode, which weight in force, which split, and what was lost', async () => {
    const [stable, canary] = [await ArmServer.start('stable'), await ArmServer.start('canary')];
    const on = await WatchedServer.start({ firstStable: new Map() });
    const port = await freePort();
    const browser = await launchBrowser();
    after.push(
      () => stable.close(),
      () => canary.close(),
      () => on.close(),
      () => browser.close(),
    );
    const arms = { stable: stable.url, canary: canary.url, port };
    const steps = '[{ weight: 20, hold: { min: 10m, max: 1h } }]';
    const id = await on.startRollout(behindNginx({ ...arms, steps }));

    const page = await on.open(browser, `rollouts/${id}`);
    await page.getByText('the canary has 20% of the traffic').first().waitFor();
    const load = new Load(`http://127.0.0.1:${port}`, 4);
    after.push(() => load.stop());
    const front = page.getByRole('region', { name: 'NGINX in front' });
    const said = async () => (await front.innerText()).replace(/\s+/g, ' ');
    await expect
      .poll(said, { timeout: 120_000 })
      .toMatch(
        /Mode (lua|plain) as this NGINX has .*Weight in force 20% meant to be 20% Split seen [\d.]+%.* Requests read [\d,]+ Lost 0 0% of all/,
      );

    const screen = beginSerinOnTerminal(['watch', id, '--url', on.server.url], {}, [160, 50]);
    await expect
      .poll(() => stripVTControlCharacters(screen.printed()), { timeout: 60_000 })
      .toMatch(
        /front +NGINX \S+ on \S+, mode (lua|plain) as this NGINX has .*\s+weight in force 20%, meant to be 20%, split seen [\d.]+%.*\s+\d+ requests read, 0 lost/,
      );
    screen.type('\u0003');
    expect((await screen.ended).code).toBe(130);
    on.expectQuietPages();
  });
});
