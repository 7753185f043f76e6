import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RolloutEvents } from '../../src/api/contract/rollouts.js';
import { toldEvents } from '../../ui/pages/rollout/told-events.js';
import { moment } from '../../ui/words/format.js';
import { newFolder, sampleModels } from '../integration/running-server.js';
import { accessibilityFaults } from './accessible.js';
import { hasBrowser, launchBrowser, openPage, type WatchedPage } from './browser.js';
import { finishedRollouts } from './finished-rollouts.js';
import { ServingProcess } from './serin-process.js';
import { Traffic } from './traffic.js';
import { quickRollout, WatchedServer } from './watched-server.js';

const features = [12, 20, 38, 1, 0];

// A browser on a machine that is busy takes its time.
vi.setConfig({ testTimeout: 180_000 });

describe.runIf(hasBrowser)('the page', () => {
  let browser: Browser;
  let on: WatchedServer | undefined;
  /** What is still to be ended where a test fails. */
  const running: { end(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await on?.close();
    on = undefined;
    for (const one of running.splice(0).reverse()) await one.end();
  });
  afterAll(() => browser.close());

  test('says what to do first, and shows a canary that was deployed without a plan', async () => {
    on = await WatchedServer.start();
    const { server } = on;
    const page = await on.open(browser);
    let asked = 0;
    await page.getByText('Nothing was rolled out yet').waitFor();
    page.on('request', (request) => (asked += request.url().endsWith('/api/v1/models') ? 1 : 0));
    const model = page.getByRole('region', { name: 'churn', exact: true });
    await expect.poll(() => model.getByRole('row').count(), { timeout: 60_000 }).toBe(2);

    await server.post('/admin/deploy-canary', {
      model_path: 'churn/2',
      weight: 25,
      why: 'by hand',
    });
    await expect.poll(() => model.getByRole('row').count(), { timeout: 60_000 }).toBe(3);
    expect(await model.getByRole('row').nth(1).innerText()).toMatch(/^stable\s+1\s+75%\s+0\s+–/);
    expect(await model.getByRole('row').nth(2).innerText()).toMatch(/^canary\s+2\s+25%\s+0\s+–/);
    expect(await model.getByRole('img', { name: '75% stable, 25% canary' }).isVisible()).toBe(true);
    for (let i = 0; i < 50; i += 1) await server.post('/predict', { features });
    await page.getByRole('meter').first().waitFor();
    // All of this came by the stream.
    expect(asked).toBe(0);
    const running = page.getByRole('region', { name: 'Rollouts in progress' });
    await running.getByText('waits for a person').waitFor();

    await model.getByRole('link', { name: 'Watch its rollout' }).click();
    await page.getByText('Waits for a person to promote or roll back').waitFor();
    await page.getByText('pauses it for a person').waitFor();
    expect(await page.locator('.step-note').allInnerTexts()).toEqual([
      'held for a person',
      'waits for a person',
      '',
    ]);
    await page.goBack();
    await model.getByRole('link', { name: 'churn' }).click();
    const log = page.getByRole('region', { name: 'Audit log' });
    await log.getByText('loaded for the rollout').waitFor();
    expect(await page.getByRole('region', { name: 'Processes' }).innerText()).toContain('pid');
    on.expectQuietPages();
  });

  test('asks for the token where one is set, and says when it is the wrong one', async () => {
    const adminToken = 'a-token-of-more-than-16-characters';
    on = await WatchedServer.start({ adminToken });
    const watched = await openPage(browser, on.server.url);
    const { page } = watched;
    const field = page.getByLabel('Admin token');
    await field.fill('not-the-right-token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This token is not the right one').waitFor();
    await field.fill(adminToken);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'churn', exact: true }).waitFor();

    const kept = await page.evaluate<string>(
      'document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })',
    );
    expect(kept).toBe('{}');
    await page.reload();
    await page.getByRole('region', { name: 'churn', exact: true }).waitFor();

    // A change carries the session's token: without it the server refuses.
    await page.goto(`${on.server.url}/#/plan`);
    await page.getByText('until it is found').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await field.waitFor();
    // The browser itself says it of every answer 401; the page says nothing.
    expectNothingBut(watched, /^Failed to load resource: .* status of 401 /);
  });

  test('says when the server is gone, and goes on by itself when it is back', async () => {
    const args = ['--models', sampleModels, '--data', newFolder(), '--stable', 'churn=churn/1'];
    const killed = await ServingProcess.start(args);
    running.push(killed);
    const port = new URL(killed.url).port;
    const yaml = quickRollout('[{ weight: 20 }, { weight: 50 }]', '10m').replace('5m', '1h');
    const started = await fetch(`${killed.url}/api/v1/rollouts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ yaml, why: 'a test' }),
    });
    const { id } = (await started.json()) as { id: string };
    const users = new Traffic(killed.url);
    running.push(users);
    const watched = await openPage(browser, `${killed.url}/#/rollouts/${id}`);
    const { page } = watched;
    const phase = page.locator('.headline .badge');
    await phase.getByText('In progress').waitFor({ timeout: 60_000 });
    await page.getByRole('status').getByText('Live').waitFor();
    await page.getByText('As a table: Requests a second').click();
    const known = page.getByRole('region', { name: 'Requests a second as a table' });
    // The head, and so many seconds, the newest of which no server has stored yet.
    await expect.poll(() => known.getByRole('row').count(), { timeout: 60_000 }).toBeGreaterThan(6);
    await users.end();
    expect([...users.statuses]).toEqual([200]);

    await killed.end('SIGKILL');
    await page.getByText('No connection to the server').waitFor({ timeout: 60_000 });
    expect(await phase.isVisible()).toBe(true);
    const before = await timesIn(known);
    expect(await accessibilityFaults(page)).toEqual([]);

    const again = await ServingProcess.start([...args, '--port', port]);
    running.push(again);
    await page.getByRole('status').getByText('Live').waitFor({ timeout: 60_000 });
    const usersAgain = new Traffic(again.url);
    running.push(usersAgain);
    const isNew = (time: string) => !before.includes(time);
    const isGoingOn = async () => (await timesIn(known)).filter(isNew).length > 1;
    await expect.poll(isGoingOn, { timeout: 60_000 }).toBe(true);
    await usersAgain.end();
    expect([...usersAgain.statuses]).toEqual([200]);
    // The charts have every second that they had, also those that the server had not stored.
    expect(await timesIn(known)).toEqual(expect.arrayContaining(before));
    const paused = await fetch(`${again.url}/api/v1/rollouts/${id}/pause`, { method: 'POST' });
    expect(paused.status).toBe(200);
    await phase.getByText('Paused').waitFor({ timeout: 60_000 });
    // What happened before, meanwhile and since is all there, and nothing of it twice.
    const missing = async () => {
      const path = `${again.url}/api/v1/rollouts/${id}/events`;
      const { events } = (await (await fetch(path)).json()) as RolloutEvents;
      return toldEvents(events).length - (await page.locator('.happened-words').count());
    };
    await expect.poll(missing, { timeout: 60_000 }).toBe(0);
    expectNothingBut(watched, /^Failed to load resource: net::ERR_/);
  });

  test('lists a hundred and twenty rollouts page by page, and finds those that somebody looks for', async () => {
    on = await WatchedServer.start();
    const { server } = on;
    const imports = finishedRollouts(120).map(async (rollout) => {
      const reply = await server.post('/api/v1/rollouts/import', rollout);
      expect(reply.status, JSON.stringify(reply.body)).toBe(201);
    });
    await Promise.all(imports);
    const page = await on.open(browser, 'history');
    await page.getByText('100 of 100 newest rollouts').waitFor();
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await page.getByText('120 of 120 rollouts').waitFor();
    await page.getByLabel('Outcome').selectOption('failed');
    await page.getByText('30 of 30 rollouts').waitFor();
    await page.getByLabel('Outcome').selectOption('');
    await page.getByLabel('With the words').fill('old-107');
    await page.getByText('1 of 100 newest rollouts').waitFor();
    const row = page.getByRole('row').nth(1);
    const { body } = await server.get('/api/v1/rollouts/old-107');
    const [outcome, why, who, started, took] = await row.getByRole('cell').allInnerTexts();
    expect(outcome).toBe('Aborted');
    expect(why).toBe(body.sentence);
    expect(who).toBe(`${body.started_by}\nended by ${body.by}`);
    expect(started).toBe(moment(body.started_at as string));
    expect(took).toMatch(/^\d+ (min|s|h)/);
    await row.getByRole('link').click();
    await page.getByRole('log', { name: 'Events' }).getByRole('listitem').first().waitFor();
    on.expectQuietPages();
  });

  test('offers a demo, says that its requests are made up, and ends it by one click', async () => {
    on = await WatchedServer.start();
    const page = await on.open(browser);
    await page.getByRole('button', { name: 'Run a demo …' }).click();
    expect(await page.getByRole('dialog').innerText()).toContain('made-up requests');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Run it' }).click();
    await page.getByText('The requests are made up').waitFor();
    await page.getByRole('heading', { name: 'Both arms' }).waitFor();
    await page.getByRole('button', { name: 'Stop the demo' }).click();
    await page.locator('.headline .badge').getByText('Aborted').waitFor();
    await expect.poll(() => page.getByText('The requests are made up').count()).toBe(0);
    on.expectQuietPages();
  });

  test('takes less than 150 KiB to load, and is not loaded twice', async () => {
    on = await WatchedServer.start();
    const headers = { 'accept-encoding': 'gzip' };
    const page = await fetch(`${on.server.url}/`, { headers });
    expect(page.headers.get('cache-control')).toBe('no-cache');
    // Whole: whatever is added to it allows something.
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    const html = await page.text();
    const assets = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, at]) => at!);
    expect(assets.length).toBeGreaterThan(1);
    let bytes = Number(page.headers.get('content-length'));
    for (const asset of assets) {
      const loaded = await fetch(`${on.server.url}/${asset}`, { headers });
      expect(loaded.headers.get('cache-control')).toContain('immutable');
      bytes += Number(loaded.headers.get('content-length'));
      const etag = loaded.headers.get('etag') ?? '';
      const again = await fetch(`${on.server.url}/${asset}`, {
        headers: { 'if-none-match': etag },
      });
      expect(again.status).toBe(304);
    }
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(150 * 1024);
  });

  test('has no dead links where changes have a port of their own', async () => {
    on = await WatchedServer.start({ adminPort: 0 });
    const { adminUrl } = on.server.server;
    const watched = await openPage(browser, adminUrl);
    const { page } = watched;
    await page.getByRole('region', { name: 'churn', exact: true }).waitFor();
    const links = await page.getByRole('link').all();
    for (const link of links) {
      const address = new URL((await link.getAttribute('href')) ?? '', adminUrl);
      expect((await fetch(address)).status, address.href).toBe(200);
    }
    expect(await page.getByRole('link', { name: 'Metrics' }).count()).toBe(0);
    expectNothingBut(watched);
  });

  test('the documentation opens, and asks nobody else for anything', async () => {
    on = await WatchedServer.start();
    const address = `${on.server.url}/swagger-ui`;
    const { page, complaints, foreignRequests } = await openPage(browser, address);
    await page.getByText('Predict one row or many').first().waitFor();
    expect(complaints).toEqual([]);
    expect(foreignRequests).toEqual([]);
  });
});

/** The times of a chart's table, without the day, which is said from midnight on. */
async function timesIn(table: Locator): Promise<string[]> {
  const times = await table.getByRole('rowheader').allInnerTexts();
  return times.map((time) => time.slice(-8));
}

/** That no page complained of anything else, or asked another host for anything. */
function expectNothingBut({ complaints, foreignRequests }: WatchedPage, expected?: RegExp): void {
  expect(complaints.filter((complaint) => expected?.test(complaint) !== true)).toEqual([]);
  expect(foreignRequests).toEqual([]);
}
