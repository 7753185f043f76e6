import { signal } from '@preact/signals';
import type { ModelList, ModelStatus } from '../../src/api/contract/models.js';
import { ask } from './ask.js';

/** All models; undefined until they were asked for. */
export const models = signal<readonly ModelStatus[] | undefined>(undefined);

/** Reads them once; what was known stays where the server does not answer. */
export async function readModels(): Promise<void> {
  try {
    models.value = (await ask<ModelList>('api/v1/models')).models;
  } catch {
    // The connection says it to the person; the next look mends it.
  }
}
