import { csrfToken, session } from './session.js';

/** What the server said no with, in its own words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Asks the server.
 * @param path without the first slash, so that the page also works under a path of its own
 * @throws Refusal when the server says no; TypeError when it cannot be reached
 */
export async function ask<T>(path: string, options: RequestInit = {}): Promise<T> {
  const response = await fetch(path, options);
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as T;
  throw refused(response.status, body);
}

/** Who is signed in no more is asked for the token again. */
function refused(status: number, body: unknown): Refusal {
  if (status === 401 && session.value !== undefined) {
    session.value = { ...session.value, signed_in: false };
  }
  return refusalOf(status, body);
}

/** Sends a change, as the person who is known by this name. */
export function tell<T>(
  path: string,
  body: unknown,
  method = 'POST',
  signal?: AbortSignal,
): Promise<T> {
  return ask<T>(path, changeOf(body, method, signal));
}

/**
 * Sends a change whose answer comes bit by bit, one JSON value a line.
 * @throws as `ask`; also when the server goes before its answer ends
 */
export async function tellByLines(
  path: string,
  body: unknown,
  onLine: (line: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(path, changeOf(body, 'POST', signal));
  if (!response.ok || response.body === null) {
    throw refused(response.status, await response.json().catch(() => undefined));
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(JSON.parse(line));
  }
}

function changeOf(body: unknown, method: string, signal: AbortSignal | undefined): RequestInit {
  const who = personName();
  return {
    method,
    headers: {
      'content-type': 'application/json',
      'serin-user': who === '' ? 'dashboard' : who,
      ...(csrfToken() === undefined ? {} : { 'serin-csrf': csrfToken() ?? '' }),
    },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** What went wrong, for a person. */
export function wordsOf(thrown: unknown): string {
  if (thrown instanceof Refusal) return thrown.message;
  return 'The server cannot be reached. The page goes on trying.';
}

const nameKey = 'serin-name';

/** How a person signs changes, for the audit log; empty when he never said. */
export function personName(): string {
  return localStorage.getItem(nameKey) ?? '';
}

/** The server takes letters, digits and a few signs; what it would refuse is left out here. */
export function setPersonName(name: string): void {
  localStorage.setItem(nameKey, name.replace(/[^A-Za-z0-9._:/+=-]/g, '').slice(0, 128));
}

function refusalOf(status: number, body: unknown): Refusal {
  const said = (typeof body === 'object' && body !== null ? body : {}) as Partial<
    Record<string, unknown>
  >;
  const text = (name: string): string | undefined => {
    const value = said[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const message = text('error') ?? `The server answered with status ${status}.`;
  const advice = text('advice');
  return new Refusal(
    status,
    text('code') ?? 'unknown',
    advice === undefined || message.includes(advice) ? message : `${message} ${advice}`,
  );
}
