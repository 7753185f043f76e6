import { signal } from '@preact/signals';
import type { ModelList, ModelStatus } from '../../src/api/contract/models.js';
import { ask } from './ask.js';
import { timesFound } from './connection.js';

/** All models; undefined until they were asked for. */
export const models = signal<readonly ModelStatus[] | undefined>(undefined);

const everyMs = 2_000;

/** Reads the models every two seconds while a page shows them. @returns a function that stops it */
export function followModels(): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const read = async (): Promise<void> => {
    if (!document.hidden) await readModels();
    if (!stopped) timer = setTimeout(() => void read(), everyMs);
  };
  const stop = timesFound.subscribe(() => {
    clearTimeout(timer);
    void read();
  });
  return () => {
    stopped = true;
    clearTimeout(timer);
    stop();
  };
}

/** Reads them once; what was known stays where the server does not answer. */
export async function readModels(): Promise<void> {
  try {
    models.value = (await ask<ModelList>('api/v1/models')).models;
  } catch {
    // The connection says it to the person; the next look mends it.
  }
}
