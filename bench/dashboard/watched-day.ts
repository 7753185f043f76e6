import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser, openPage } from '../../test/e2e/browser.js';
import { PageMemoryMeter, type PageMemory } from '../../test/e2e/page-memory.js';
import { TimeLapse } from '../../test/e2e/time-lapse.js';
import { startTestServer, type TestServer } from '../../test/integration/running-server.js';
import { repositoryFile } from '../serving/repository-file.js';
import { frameTimes, type FrameTimes } from './frame-times.js';

export interface DayOrder {
  /** Seconds of the rollout, one point each. */
  readonly seconds: number;
  /** How many points a page is sent before it must show the last of them. */
  readonly slice: number;
  readonly onProgress: (line: string) => void;
}

export interface Look extends PageMemory {
  readonly seconds: number;
  /** Until the page showed the newest point, after it was measured; the longest since the look before. */
  readonly behindMs: number;
}

export interface Day {
  readonly looks: readonly Look[];
  readonly framesAt: readonly { readonly points: number; readonly frames: FrameTimes }[];
  readonly events: number;
  readonly complaints: readonly string[];
}

/** Points on the page from which on a hundred more are measured; 10,000 is the most that it keeps. */
const measuredFrom = [400, 9_900];

const rolloutFile = `model: churn
stable: churn/1
canary: churn/2
steps: [{ weight: 20 }]
hold: { min: 48h, max: 72h, requests: 1000000 }
checks: { latency: { tolerance: 100% }, predictions: { drift: 0.2 } }
`;

/** Watches one rollout in one tab for a day whose seconds are shorter. */
export async function watchDay({ seconds, slice, onProgress }: DayOrder): Promise<Day> {
  const folder = mkdtempSync(path.join(tmpdir(), 'serin-day-'));
  const models = path.join(folder, 'models');
  const serin = fileURLToPath(repositoryFile('bin/serin'));
  execFileSync(process.execPath, [serin, 'train-samples', '--out', models, '--model', 'churn'], {
    stdio: 'ignore',
  });
  const server = await startTestServer({
    dataFolder: path.join(folder, 'data'),
    modelRoots: [models],
    firstStable: new Map([['churn', 'churn/1']]),
  });
  const browser = await launchBrowser();
  try {
    const id = await begin(server);
    const lapse = new TimeLapse(server.server);
    const address = `${server.url}/#/rollouts/${id}`;
    const { page, complaints } = await openPage(browser, address, {
      viewport: { width: 1280, height: 900 },
    });
    await page.getByText('What happened').waitFor();
    const meter = await PageMemoryMeter.of(page);
    const looks: Look[] = [];
    const framesAt: { points: number; frames: FrameTimes }[] = [];
    let behindMs = 0;
    while (lapse.seconds < seconds) {
      await lapse.pass(Math.min(slice, seconds - lapse.seconds));
      behindMs = Math.max(behindMs, await shows(page, lapse.nowMs));
      if (measuredFrom.includes(lapse.seconds)) {
        const frames = await frameTimes(page, lapse);
        framesAt.push({ points: lapse.seconds, frames });
      }
      // Something happens every quarter of an hour: a person stops it, and lets it go on.
      if (lapse.seconds % 1_000 === 0) await pauseAndResume(server, id);
      if (lapse.seconds % 4_500 === 0) {
        const look = { ...(await meter.read()), seconds: lapse.seconds, behindMs };
        looks.push(look);
        onProgress(JSON.stringify(look));
        behindMs = 0;
      }
    }
    const { events } = (await server.get(`/api/v1/rollouts/${id}/events`)).body as {
      events: unknown[];
    };
    return { looks, framesAt, events: events.length, complaints };
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function begin(server: TestServer): Promise<string> {
  const started = await server.post('/api/v1/rollouts', { yaml: rolloutFile, why: 'a long day' });
  const { id } = started.body as { id: string };
  for (;;) {
    const shown = await server.get(`/api/v1/rollouts/${id}`);
    if ((shown.body as { phase: string }).phase === 'progressing') break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // The evidence is of real answers.
  for (let i = 0; i < 500; i += 1) {
    await server.post('/predict', { features: [12, 20, 38, 1, i % 2] });
  }
  return id;
}

async function pauseAndResume(server: TestServer, id: string): Promise<void> {
  await server.post(`/api/v1/rollouts/${id}/pause`, { why: 'a look' });
  await server.post(`/api/v1/rollouts/${id}/resume`, { why: 'it is fine' });
}

/** Waits until the page has drawn the point of this moment. @returns how long that took, in milliseconds */
async function shows(page: Page, atMs: number): Promise<number> {
  const begun = performance.now();
  const newest = new Date(atMs).toISOString();
  await page.locator(`time.newest[datetime="${newest}"]`).waitFor({ timeout: 120_000 });
  return performance.now() - begun;
}
