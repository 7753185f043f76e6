import { signal } from '@preact/signals';

/** Where the page is: the parts of the address after `#/`, and what follows the `?`. */
export interface Place {
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

export const place = signal<Place>(readPlace());

window.addEventListener('hashchange', () => (place.value = readPlace()));

/** The address of a place, for links. */
export function addressOf(parts: readonly string[], query: Record<string, string> = {}): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '');
  const search = new URLSearchParams(filled).toString();
  const path = parts.map((part) => encodeURIComponent(part)).join('/');
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

export function goTo(parts: readonly string[], query: Record<string, string> = {}): void {
  window.location.hash = addressOf(parts, query);
}

function readPlace(): Place {
  const [path = '', search = ''] = window.location.hash.replace(/^#\/?/, '').split('?', 2);
  return {
    parts: path.split('/').filter(Boolean).map(decoded),
    query: new URLSearchParams(search),
  };
}

/** What a person typed may have broken escapes. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
