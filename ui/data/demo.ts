import { signal } from '@preact/signals';
import type { DemoBody } from '../../src/api/contract/demo.js';
import { ask, tell } from './ask.js';

/** How the demo stands; undefined until it was asked. */
export const demo = signal<DemoBody | undefined>(undefined);

const path = 'api/v1/demo';
const everyMs = 3_000;

/** Looks after the demo while the page is open. @returns a function that stops it */
export function followDemo(): () => void {
  const read = async (): Promise<void> => {
    if (document.hidden) return;
    try {
      demo.value = await ask<DemoBody>(path);
    } catch {
      // The connection says it to the person; the next look mends it.
    }
  };
  void read();
  const timer = setInterval(() => void read(), everyMs);
  return () => clearInterval(timer);
}

/** @throws Refusal where it is not possible */
export async function startDemo(): Promise<DemoBody> {
  return (demo.value = await tell<DemoBody>(path, {}));
}

export async function stopDemo(): Promise<void> {
  demo.value = await tell<DemoBody>(path, {}, 'DELETE');
}
