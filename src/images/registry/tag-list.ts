import { SerinError } from '../../domain/errors.js';
import type { Reply } from './exchange.js';
import { isRecord, parsedOrUndefined } from './json.js';

/**
 * The tags of one page of a list.
 * @throws SerinError `registry-answer-invalid`
 */
export function tagsIn({ body }: Reply, repository: string): readonly string[] {
  const answer = parsedOrUndefined(body.toString('utf8'));
  // A repository whose last tag was deleted has null.
  const tags = isRecord(answer) ? (answer['tags'] ?? []) : undefined;
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags;
  throw new SerinError('registry-answer-invalid', {
    expected: `a list of tags of ${repository}`,
    found: 'something else',
  });
}

/**
 * Where the next page of a list is.
 * Source: RFC 8288, as the OCI distribution specification uses it.
 * @throws SerinError `registry-answer-invalid` for another host, or for the same page again
 */
export function nextPage({ header }: Reply, from: URL): URL | undefined {
  const [, target] = /<([^>]*)>\s*;[^,]*rel="?next"?/i.exec(header('link') ?? '') ?? [];
  if (target === undefined) return undefined;
  const next = URL.canParse(target, from.href) ? new URL(target, from) : undefined;
  if (next?.origin === from.origin && next.href !== from.href) return next;
  throw new SerinError('registry-answer-invalid', {
    expected: `the next page at ${from.origin}`,
    found: JSON.stringify(target.slice(0, 100)),
  });
}
