import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const folder = fileURLToPath(new URL('../../test-results/screenshots/', import.meta.url));

/**
 * Keeps a picture of the whole page for a person to look at; nothing compares it. The window is made
 * as high as the page before: charts out of sight are not drawn.
 */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const window = page.viewportSize();
  if (window === null) throw new Error('the page has no window');
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width: window.width, height: Math.max(window.height, height) });
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
  );
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: true, animations: 'disabled' });
  await page.setViewportSize(window);
}
