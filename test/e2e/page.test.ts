import { createServer, type RequestListener, type Server } from 'node:http';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../integration/running-server.js';
import { hasBrowser, launchBrowser, openPage } from './browser.js';

const features = [12, 20, 38, 1, 0];

// A browser on a machine that is busy takes its time.
vi.setConfig({ testTimeout: 120_000 });

const screenshots = fileURLToPath(new URL('../../test-results/screenshots/', import.meta.url));

describe.runIf(hasBrowser)('the page', () => {
  let browser: Browser;
  let server: TestServer | undefined;

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server?.close();
    server = undefined;
  });
  afterAll(() => browser.close());

  async function withCanary(): Promise<TestServer> {
    const on = (server = await startTestServer());
    await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 25 });
    for (let i = 0; i < 100; i += 1) await on.post('/predict', { features });
    return on;
  }

  test('shows a model alone, and both arms as soon as there is a canary', async () => {
    const on = (server = await startTestServer());
    const { page, complaints, foreignRequests } = await openPage(browser, on.url);
    const model = page.getByRole('region', { name: 'churn' });
    await expect.poll(() => model.getByRole('row').count(), { timeout: 60_000 }).toBe(2);
    expect(await model.innerText()).toContain('bin/serin deploy churn/2');

    await on.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 25 });
    await expect.poll(() => model.getByRole('row').count(), { timeout: 60_000 }).toBe(3);
    expect(await model.getByRole('row').nth(1).innerText()).toMatch(/^stable\s+1\s+75%/);
    expect(await model.getByRole('row').nth(2).innerText()).toMatch(/^canary\s+2\s+25%/);
    const split = model.getByRole('img', { name: '75% stable, 25% canary' });
    expect(await split.isVisible()).toBe(true);
    const words = await model.innerText();
    expect(await model.getByRole('meter').isVisible()).toBe(true);
    expect(words).toContain('bin/serin promote churn');

    await on.post('/admin/rollback-canary');
    await expect.poll(() => model.getByRole('row').count(), { timeout: 60_000 }).toBe(2);
    expect(complaints).toEqual([]);
    expect(foreignRequests).toEqual([]);
  });

  test('asks for the token where one is set, and says when it is the wrong one', async () => {
    const adminToken = 'a-token-of-more-than-16-characters';
    const on = (server = await startTestServer({ adminToken }));
    const { page, foreignRequests } = await openPage(browser, on.url);
    const field = page.getByLabel('This server asks for its admin token');
    await field.waitFor();
    await shoot(page, 'login');
    await field.fill('not-the-right-token');
    await page.getByRole('button', { name: 'Show the models' }).click();
    await page.getByText('This token is not the right one').waitFor();
    await field.fill(adminToken);
    await page.getByRole('button', { name: 'Show the models' }).click();
    await page.getByRole('region', { name: 'churn' }).waitFor();
    expect(await field.isVisible()).toBe(false);
    expect(foreignRequests).toEqual([]);
  });

  test('says when the connection is lost, and that it is back', async () => {
    const on = (server = await startTestServer());
    const gateway = await gatewayTo(on.url);
    const { page } = await openPage(browser, gateway.url);
    await page.getByText('Live, updated').waitFor();
    await gateway.cut();
    await page.getByText('No connection to the server').waitFor({ timeout: 60_000 });
    expect(await page.getByRole('region', { name: 'churn' }).isVisible()).toBe(true);
    await shoot(page, 'lost');
    await gateway.mend();
    await page.getByText('Live, updated').waitFor({ timeout: 60_000 });
    await gateway.cut();
  });

  test.each([
    ['desktop-light', 1280, 'light'],
    ['desktop-dark', 1280, 'dark'],
    ['phone-light', 375, 'light'],
    ['phone-dark', 375, 'dark'],
  ] as const)('fits the window: %s', async (name, width, colorScheme) => {
    const on = await withCanary();
    const viewport = { width, height: 720 };
    const { page, complaints } = await openPage(browser, on.url, { viewport, colorScheme });
    await page.getByRole('region', { name: 'churn' }).waitFor();
    await shoot(page, name);
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('the documentation opens, and asks nobody else for anything', async () => {
    const on = (server = await startTestServer());
    const address = `${on.url}/swagger-ui`;
    const { page, complaints, foreignRequests } = await openPage(browser, address);
    await page.getByText('Predict one row or many').first().waitFor();
    await shoot(page, 'documentation');
    expect(complaints).toEqual([]);
    expect(foreignRequests).toEqual([]);
  });
});

function shoot(page: Page, name: string): Promise<Buffer> {
  return page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}

/** A door to a server that can be shut and opened again at the same address. */
async function gatewayTo(
  target: string,
): Promise<{ url: string; cut: () => Promise<void>; mend: () => Promise<void> }> {
  const pass: RequestListener = (request, response) => {
    void fetch(target + (request.url ?? '/')).then(async (answer) => {
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'text/plain',
      });
      response.end(await answer.text());
    });
  };
  let gateway: Server = createServer(pass);
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => gateway.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const address = gateway.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    cut: () =>
      new Promise((resolve) => {
        gateway.close(() => resolve());
        gateway.closeAllConnections();
      }),
    mend: () => {
      gateway = createServer(pass);
      return listen(port);
    },
  };
}
