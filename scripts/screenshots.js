// npm run screenshots: the pictures of the documentation, of a real server with real traffic.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build, installPackages, requireNode, root, run } from './prepare.js';

const rolloutFile = `model: churn
stable: churn/1
canary: churn/2
steps:
  - shadow: { requests: 200 }
  - weight: 10
  - weight: 25
  - weight: 50
  - weight: 75
hold: { min: 15s, max: 15m, requests: 100 }
checks:
  latency: { tolerance: 25% }
`;

requireNode();
installPackages();
build();

const folder = mkdtempSync(join(tmpdir(), 'serin-screenshots-'));
const bin = join(root, 'bin', 'serin');
const models = join(folder, 'models');
run(process.execPath, [bin, 'train-samples', '--out', models], 'The samples could not be made.');
const { rows } = JSON.parse(readFileSync(join(models, 'churn', 'rows.json'), 'utf8'));
const flags = ['--port', '0', '--default-model', 'churn', '--stable', 'churn=churn/1', '--json'];
const server = spawn(
  process.execPath,
  [bin, 'serve', '--models', models, '--data', folder, ...flags],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let isSending = true;
try {
  const { url } = await firstLine(server.stdout);
  const clients = Array.from({ length: 3 }, () => sendTraffic(url));
  const { id } = await post(url, '/api/v1/rollouts', {
    yaml: rolloutFile,
    why: 'trained on newer data',
  });
  await stepBegins(url, id, 4);
  await takePictures(url, id);
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

async function post(url, path, body) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'serin-user': 'ana' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}

async function sendTraffic(url) {
  for (let i = 0; isSending; i += 1) {
    await post(url, '/predict', { features: rows[i % rows.length] });
    await pause(5 + 10 * Math.random());
  }
}

async function stepBegins(url, id, step) {
  for (;;) {
    const rollout = await (await fetch(`${url}/api/v1/rollouts/${id}`)).json();
    if (rollout.outcome !== null) throw new Error(`it has ended: ${rollout.sentence}`);
    if (rollout.step >= step && rollout.verdict !== null) return;
    await pause(1000);
  }
}

async function takePictures(url, id) {
  const images = join(root, 'docs', 'images');
  mkdirSync(images, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const pictures = [
    { name: 'rollout', place: `rollouts/${id}`, awaits: 'What the judge knows', scheme: 'light' },
    {
      name: 'rollout-dark',
      place: `rollouts/${id}`,
      awaits: 'What the judge knows',
      scheme: 'dark',
    },
    { name: 'overview', place: '', awaits: 'In progress', scheme: 'light' },
    { name: 'plan', place: 'plan', awaits: 'until it is found', scheme: 'light' },
  ];
  try {
    for (const { name, place, awaits, scheme } of pictures) {
      const viewport = { width: 1280, height: 1000 };
      const page = await browser.newPage({ viewport, colorScheme: scheme });
      await page.goto(`${url}/#/${place}`);
      await page.getByText(awaits).first().waitFor();
      await pause(2000);
      await page.screenshot({ path: join(images, `${name}.png`) });
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

function pause(forMs) {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}
