// npm run screenshots: the pictures of the documentation, of a real server with real traffic.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build, installPackages, requireNode, root, run } from './prepare.js';

/** Steps that are long enough to be looked at. @param predictions what `checks` says of them */
function rolloutFile(canary, steps, predictions) {
  return `model: churn
stable: churn/1
canary: churn/${canary}
gates: [smoke]
steps: ${steps}
hold: { min: 15s, max: 15m, requests: 100 }
checks:
  latency: { tolerance: 25% }
  predictions: ${predictions}
  agreement: off
coolDown: 0s
`;
}

const desktop = { width: 1280, height: 1000 };
/** So high that nothing is scrolled under the head of the page. */
const long = { width: 1280, height: 3500 };
const phone = { width: 390, height: 844 };

requireNode();
installPackages();
build();

const folder = mkdtempSync(join(tmpdir(), 'serin-screenshots-'));
const bin = join(root, 'bin', 'serin');
const models = join(folder, 'models');
run(process.execPath, [bin, 'train-samples', '--out', models], 'The samples could not be made.');
const { rows } = JSON.parse(readFileSync(join(models, 'churn', 'rows.json'), 'utf8'));
const flags = ['--port', '0', '--default-model', 'churn', '--stable', 'churn=churn/1'];
const server = spawn(
  process.execPath,
  [bin, 'serve', '--models', models, '--data', folder, ...flags, '--enable-faults', '--json'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let isSending = true;
try {
  const { url } = await firstLine(server.stdout);
  const clients = Array.from({ length: 3 }, () => sendTraffic(url));
  const take = await openCamera(url);
  try {
    // One that harms: it loses its connections, and is taken back.
    const bad = await start(
      url,
      // Its answers are others than stable's, which is another picture.
      rolloutFile(3, '[{ weight: 20 }, { weight: 50 }]', 'off'),
      'a new feature',
    );
    await until(url, bad, ({ verdict }) => (verdict?.requests.canary ?? 0) > 100);
    // A few of stable's fail as well: without any there is no ratio to be drawn.
    for (const arm of ['stable', 'canary']) {
      await send('PUT', url, '/admin/faults', { arm, error_share: 0.02 });
    }
    await until(url, bad, ({ verdict }) => (verdict?.requests.canary ?? 0) > 400);
    await send('PUT', url, '/admin/faults', { arm: 'canary', error_share: 0.1 });
    await until(url, bad, ({ outcome }) => outcome !== null);
    await send('PUT', url, '/admin/faults', { arm: 'stable' });
    await take('rolled-back', `rollouts/${bad}`, 'What the judge knows');
    await take('decision', `rollouts/${bad}`, 'What the judge knows', {
      viewport: long,
      clipTo: '.check:has(figcaption:has-text("Errors"))',
    });
    // And one that does not.
    const steps =
      '[{ shadow: { requests: 200 } }, { weight: 10 }, { weight: 25 }, { weight: 50, hold: { min: 2m } }, { weight: 75 }]';
    const good = await start(url, rolloutFile(2, steps, '{ drift: 0.2 }'), 'trained on newer data');
    await until(url, good, ({ step, verdict }) => step >= 3 && verdict !== null);
    await pause(8000);
    const place = `rollouts/${good}`;
    await take('rollout', place, 'What the judge knows');
    await take('overview', '', 'In progress');
    await until(url, good, isGoingOn);
    await take('rollout-phone', place, 'What the judge knows', { viewport: phone });
    await take('evidence-phone', place, 'Mean latency', {
      viewport: { ...phone, height: 3500 },
      colorScheme: 'dark',
      clipTo: '.check >> nth=0',
    });
    const evidence = 'section:has(h2:text-is("What the judge knows"))';
    await take('evidence', place, 'Mean latency', { viewport: long, clipTo: evidence });
    await take('predictions', place, 'Predictions in this step', {
      viewport: long,
      clipTo: 'section:has(h2:has-text("Predictions"))',
    });
    await take('shadow', place, 'Agreeing', { clipTo: 'section:has(h2:text-is("Shadow"))' });
    // All of these are of a rollout in progress.
    await until(url, good, isGoingOn);
    await take('start', 'start?model=digits', 'Then promotes');
    await take('plan', 'plan', 'until it is found');
    await take('differences', 'compare?model=churn&canary=3', 'golden rows', {
      click: 'Ask both the same rows',
      awaits: 'The rows that differ most',
      clipTo: 'section[aria-label="Offline differences"]',
    });
  } finally {
    await take.close();
  }
  isSending = false;
  await Promise.all(clients);
} finally {
  isSending = false;
  server.kill();
}

async function firstLine(stream) {
  for await (const chunk of stream) return JSON.parse(chunk.toString());
  throw new Error('the server ended before it was ready');
}

function post(url, path, body) {
  return send('POST', url, path, body);
}

async function send(method, url, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', 'serin-user': 'ana' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}

async function start(url, yaml, why) {
  return (await post(url, '/api/v1/rollouts', { yaml, why })).id;
}

async function sendTraffic(url) {
  for (let i = 0; isSending; i += 1) {
    const body = JSON.stringify({ features: rows[i % rows.length] });
    // Some are answered 500, as it was asked for above.
    await (await fetch(`${url}/predict`, { method: 'POST', body })).arrayBuffer();
    await pause(5 + 10 * Math.random());
  }
}

/** Waits until the rollout is as it is wanted; throws where it has ended otherwise. */
async function until(url, id, isReached) {
  for (;;) {
    const rollout = await (await fetch(`${url}/api/v1/rollouts/${id}`)).json();
    if (isReached(rollout)) return;
    if (rollout.outcome !== null) throw new Error(`it has ended: ${rollout.sentence}`);
    await pause(500);
  }
}

function isGoingOn({ outcome }) {
  return outcome === null;
}

/** @returns what takes a picture of a place of the page, once these words are there */
async function openCamera(url) {
  const images = join(root, 'docs', 'images');
  mkdirSync(images, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const take = async (name, place, words, wishes = {}) => {
    const { viewport = desktop, colorScheme = 'light', click, awaits, clipTo } = wishes;
    const page = await browser.newPage({ viewport, colorScheme });
    await page.goto(`${url}/#/${place}`);
    await page.getByText(words).first().waitFor();
    if (click !== undefined) await page.getByRole('button', { name: click }).click();
    if (awaits !== undefined) await page.getByText(awaits).waitFor();
    await pause(2000);
    const shown = clipTo === undefined ? page : page.locator(clipTo);
    // What moves is where it will stand.
    await shown.screenshot({ path: join(images, `${name}.png`), animations: 'disabled' });
    await page.close();
  };
  take.close = () => browser.close();
  return take;
}

function pause(forMs) {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}
