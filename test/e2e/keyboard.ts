import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Goes from control to control until the one of this name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Tab');
        return focused(page);
      },
      { timeout: 60_000, interval: 10 },
    )
    .toBe(name);
}

/** What the control that has the focus is called. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    'document.activeElement.ariaLabel ?? document.activeElement.innerText',
  );
}
