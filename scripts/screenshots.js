// npm run screenshots: the pictures of the documentation, of a real server with real traffic.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build, installPackages, requireNode, root, run } from './prepare.js';

requireNode();
installPackages();
build();

const folder = mkdtempSync(join(tmpdir(), 'serin-screenshots-'));
const bin = join(root, 'bin', 'serin');
const models = join(folder, 'models');
run(process.execPath, [bin, 'train-samples', '--out', models], 'The samples could not be made.');
const server = spawn(
  process.execPath,
  [
    bin,
    'serve',
    '--models',
    models,
    '--data',
    folder,
    '--port',
    '0',
    '--default-model',
    'churn',
    '--json',
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const { url } = await firstLine(server.stdout);
  await post(url, '/admin/deploy-canary', { model_path: 'churn/2', weight: 25 });
  await Promise.all(Array.from({ length: 8 }, () => sendTraffic(url, 20_000)));
  await takePictures(url);
} finally {
  server.kill();
}

async function firstLine(stream) {
  for await (const chunk of stream) return JSON.parse(chunk.toString());
  throw new Error('the server ended before it was ready');
}

async function post(url, path, body) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
}

async function sendTraffic(url, forMs) {
  const until = performance.now() + forMs;
  for (let i = 0; performance.now() < until; i += 1) {
    await post(url, '/predict', { features: [0.5, 1.2, 0.8, 0.3, (i % 20) / 10] });
  }
}

async function takePictures(url) {
  const images = join(root, 'docs', 'images');
  mkdirSync(images, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 640 } });
    await page.goto(url);
    await page.waitForSelector('.verdict');
    await page.screenshot({ path: join(images, 'status-page.png') });
  } finally {
    await browser.close();
  }
}
