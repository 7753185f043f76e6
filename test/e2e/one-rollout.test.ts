import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type {
  Disagreements,
  RolloutBody,
  RolloutEventBody,
  RolloutEvents,
} from '../../src/api/contract/rollouts.js';
import { toldEvents } from '../../ui/pages/rollout/told-events.js';
import { shortJson } from '../../ui/words/short-json.js';
import { hasBrowser, launchBrowser } from './browser.js';
import { runSerin } from './serin-process.js';
import { Traffic } from './traffic.js';
import { WatchedServer } from './watched-server.js';

// A browser on a machine that is busy takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** Shares of requests that fail. The interval has to close around the truth: the canary fails twice as often. */
const failing = { stable: 0.2, canary: 0.4 };

/** The sample that is really worse. Nothing harms beyond these tolerances, so that it goes on. */
const yaml = `model: churn
stable: churn/1
canary: churn/3
steps: [{ shadow: { requests: 60 } }, { weight: 50, hold: { min: 1h, max: 2h } }]
hold: { min: 1s, max: 1h, requests: 60 }
checks:
  alpha: 0.0001
  latency: off
  errors: { tolerance: 50% }
  predictions: off
  agreement: off
fastFail: { consecutiveErrors: 50 }
`;

describe.runIf(hasBrowser)('one rollout that goes on', () => {
  let browser: Browser;
  let on: WatchedServer;
  let traffic: Traffic;
  let page: Page;
  let id: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    on = await WatchedServer.start();
    traffic = new Traffic(on.server.url);
    id = await on.startRollout(yaml);
    page = await on.open(browser, `rollouts/${id}`);
    await page.getByText('Step 2 of 2: the canary has 50%').first().waitFor();
    for (const [arm, error_share] of Object.entries(failing)) {
      expect((await on.server.put('/admin/faults', { arm, error_share })).status).toBe(200);
    }
  });
  afterAll(async () => {
    on.expectQuietPages();
    await traffic.end();
    await browser.close();
    await on.close();
  });

  test('shows where copies were answered otherwise, with the input and both answers', async () => {
    const rows = page.getByRole('region', { name: 'Disagreements' }).locator('tbody tr');
    await rows.first().waitFor();
    const [, input, ofStable, ofCanary, apart] = await rows.first().locator('td').allInnerTexts();
    expect(ofCanary).not.toBe(ofStable);
    expect(Number(apart)).toBeGreaterThan(0);
    const sent = JSON.parse(input ?? '') as { features: readonly (readonly number[])[] };
    expect(sent.features[0]).toHaveLength(5);
    const path = `/api/v1/rollouts/${id}/disagreements`;
    const known = ((await on.server.get(path)).body as Disagreements).disagreements;
    expect(known.map((one) => [one.stable, one.canary].map(shortJson))).toContainEqual([
      ofStable,
      ofCanary,
    ]);
  });

  test('shows how often each answer was given, of both arms', async () => {
    const card = page.locator('section', { has: page.getByText('Predictions in this step') });
    const rows = card.locator('tbody tr');
    await rows.first().waitFor();
    const shares = (await rows.allInnerTexts()).map((row) => row.match(/[\d.]+(?=%)/g) ?? []);
    expect(shares.length).toBeGreaterThan(1);
    for (const arm of [0, 1]) {
      const sum = shares.reduce((total, row) => total + Number(row[arm]), 0);
      expect(sum).toBeGreaterThan(98);
      expect(sum).toBeLessThan(102);
    }
  });

  test('shows an interval that closes around the truth', async () => {
    const chart = page.locator('figure', { has: page.getByText('Errors', { exact: true }) });
    await chart.getByText('As a table').click();
    const rows = chart.getByRole('row');
    await expect
      .poll(
        async () => {
          const intervals = await intervalsOf(rows);
          const widths = intervals.map(({ low, high }) => Math.log(high / low));
          return Math.max(0, ...widths) / (widths[0] ?? Infinity);
        },
        { timeout: 120_000 },
      )
      .toBeGreaterThan(2);
    const [newest] = await intervalsOf(rows);
    expect(newest?.low).toBeLessThan(failing.canary / failing.stable);
    expect(newest?.high).toBeGreaterThan(failing.canary / failing.stable);
  });

  test('stands on the Overview with its weight, its meter and its time left', async () => {
    const overview = await on.open(browser);
    const running = overview.getByRole('region', { name: 'Rollouts in progress' });
    await running.getByText(/at least 5\d min .* left/).waitFor();
    expect(await running.getByRole('img', { name: '50% stable, 50% canary' }).count()).toBe(1);
    const meter = running.getByRole('meter', { name: 'Evidence' });
    expect(await meter.getAttribute('aria-valuetext')).toMatch(/^[+−]?\d+: /);
  });

  test('is told in a terminal with the same sentences, while it goes on and when it has ended', async () => {
    const shown = onOneLine(await serin(['rollout', 'show', id]));
    expect(shown).toContain(await page.locator('.sentence').innerText());

    await on.server.post(`/api/v1/rollouts/${id}/abort`, { why: 'enough was seen' });
    await page.locator('.headline .badge').getByText('Aborted').waitFor();
    const { events } = (await on.server.get(`/api/v1/rollouts/${id}/events`)).body as RolloutEvents;
    expect(sentencesOf(await serin(['watch', id], 5))).toEqual(events.map(inWords));
    const told = toldEvents(events).map(({ event }) => inWords(event));
    await expect.poll(() => happened(page), { timeout: 60_000 }).toEqual(told.toReversed());

    const ended = onOneLine(await serin(['rollout', 'show', id]));
    const { body } = await on.server.get(`/api/v1/rollouts/${id}`);
    const { sentence, verdict } = body as RolloutBody;
    const said = [sentence, verdict?.sentence ?? '', ...(await checkSentences(page))];
    expect(said.length).toBeGreaterThan(2);
    for (const one of said) {
      expect(ended).toContain(one);
      expect(await page.getByRole('main').innerText()).toContain(one);
    }
  });

  /** What a command prints. */
  async function serin(args: readonly string[], code = 0): Promise<string> {
    const ended = await runSerin([...args, '--url', on.server.url]);
    expect(ended.code, ended.stderr).toBe(code);
    return ended.stdout;
  }
});

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of a chart's table of ratios, the newest first; only where both ends are known. */
async function intervalsOf(rows: Locator): Promise<Interval[]> {
  const lines = await rows.allInnerTexts();
  return lines.flatMap((line) => {
    const ratios = [...line.matchAll(/×([\d.]+)/g)].map(([, ratio]) => Number(ratio));
    const [, high, low] = ratios;
    if (high === undefined || low === undefined) return [];
    return [{ low, high }];
  });
}

/** What `serin watch` prints of each event: without its time, its weight, and who did it and why. */
function sentencesOf(printed: string): string[] {
  return printed
    .split('\n')
    .flatMap((line) => /^[\d:]+ +[\d.]+%  (.*?)(?:  \(.*\))?$/.exec(line)?.[1] ?? [])
    .map(onOneLine);
}

/** The sentences of what happened, the newest first, without who did it and why. */
function happened(page: Page): Promise<string[]> {
  return ownWords(page, '.happened-words');
}

/** The sentences below the charts of the checks, without their verdicts. */
function checkSentences(page: Page): Promise<string[]> {
  return ownWords(page, '.check-sentence');
}

/** What a place says itself, beside the words of what is in it. */
async function ownWords(page: Page, selector: string): Promise<string[]> {
  const words = await page.evaluate<string[]>(
    `[...document.querySelectorAll('${selector}')].map(({ childNodes }) =>
      [...childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join(''))`,
  );
  return words.map(onOneLine);
}

function inWords({ sentence }: RolloutEventBody): string {
  return onOneLine(sentence);
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
