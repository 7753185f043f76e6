import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask, wordsOf } from './ask.js';
import { timesFound } from './connection.js';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly problem: string | undefined;
}

/**
 * What lies at an address of the API; read anew when the address changes or the server is back.
 * @param edition when this changes, there is something new at the same address
 */
export function useLoaded<T>(
  path: string | undefined,
  edition: string | number = 0,
): ReadonlySignal<Loaded<T>> {
  const loaded = useSignal<Loaded<T>>({ value: undefined, problem: undefined });
  const found = timesFound.value;
  useEffect(() => {
    if (path === undefined) {
      loaded.value = { value: undefined, problem: undefined };
      return undefined;
    }
    let wanted = true;
    ask<T>(path).then(
      (value) => {
        if (wanted) loaded.value = { value, problem: undefined };
      },
      (thrown: unknown) => {
        if (wanted) loaded.value = { value: undefined, problem: wordsOf(thrown) };
      },
    );
    return () => {
      wanted = false;
    };
  }, [path, edition, found]);
  return loaded;
}
