import { SerinError } from '../../domain/errors.js';
import type { Reply } from './exchange.js';
import { isRecord, parsedOrUndefined } from './json.js';

/**
 * The error that an answer of a registry is, in its own words where it has some.
 * @param wanted what was asked for: "the digest of ghcr.io/team/churn:stable"
 */
export function failureOf({ status, header, body }: Reply, wanted: string): SerinError {
  const said = messageIn(body);
  const found = said === undefined ? `status ${status}` : `status ${status}: ${said}`;
  const words = { expected: wanted, found };
  switch (status) {
    case 401:
      return new SerinError('registry-unauthorized', words);
    case 403:
      return new SerinError('registry-denied', words);
    case 404:
      return new SerinError('image-not-found', words);
    case 405:
      return new SerinError('registry-denied', {
        ...words,
        advice: 'The registry does not allow this at all; its owner may switch it on.',
      });
    case 429: {
      const after = header('retry-after');
      const again = after === undefined ? '' : `; it wants a pause until ${inWords(after)}`;
      return new SerinError('registry-busy', { ...words, found: found + again });
    }
    default:
      return new SerinError(status >= 500 ? 'registry-failed' : 'registry-answer-invalid', words);
  }
}

/** Source of the form: the OCI distribution specification, error codes. */
function messageIn(body: Buffer): string | undefined {
  const answer = parsedOrUndefined(body.toString('utf8'));
  const errors: unknown = isRecord(answer) ? answer['errors'] : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  if (!isRecord(first)) return undefined;
  const words = [first['code'], first['message']].filter((word) => typeof word === 'string');
  return words.length === 0 ? undefined : words.join(', ').slice(0, 300);
}

function inWords(retryAfter: string): string {
  return /^\d+$/.test(retryAfter) ? `${retryAfter} s are over` : retryAfter.slice(0, 40);
}
