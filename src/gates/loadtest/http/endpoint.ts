import { SerinError } from '../../../domain/errors.js';

/** Where requests of one target go. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** As a Host header says it. */
  readonly authority: string;
  /** With its query. */
  readonly path: string;
  /** `Authorization` that the URL itself carries. */
  readonly authorization: string | undefined;
  /** As it was given, but for a password. */
  readonly shownAs: string;
}

/**
 * Reads a target's URL.
 * @throws SerinError `usage` when it is no http:// or https:// URL
 */
export function endpointOf(given: string): Endpoint {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new SerinError('usage', {
      expected: 'a URL, such as http://127.0.0.1:8080/predict',
      found: JSON.stringify(given.slice(0, 200)),
    });
  }
  const tls = url.protocol === 'https:';
  const { username, password } = url;
  const shown = new URL(url);
  if (password !== '') shown.password = '***';
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    tls,
    authority: url.host,
    path: url.pathname + url.search,
    authorization:
      username === ''
        ? undefined
        : `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`,
    shownAs: shown.href,
  };
}

/** A name or a password may have a % that is no code for anything. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
