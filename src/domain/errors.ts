import { errorCatalogue, type ErrorCode } from './error-catalogue.js';

/** What an error says beyond its code, in words that a user can act on. */
export interface ErrorWords {
  readonly expected?: string;
  readonly found?: string;
  /** What to do; the catalogue's own advice where it is left out. */
  readonly advice?: string;
  readonly cause?: unknown;
  /** For machines: what the words are made of. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** An error as it is written to a user: the same fields in the API, the CLI and the log. */
export interface ErrorBody {
  readonly error: string;
  readonly code: ErrorCode;
  readonly expected?: string;
  readonly found?: string;
  readonly advice: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The one error type that reaches a user; everything it can say is in the catalogue. */
export class SerinError extends Error {
  override readonly name = 'SerinError';
  readonly status: number;
  readonly retriable: boolean;
  readonly advice: string;

  constructor(
    readonly code: ErrorCode,
    readonly words: ErrorWords = {},
  ) {
    const entry = errorCatalogue[code];
    super(sentence(entry.title, words), words.cause === undefined ? {} : { cause: words.cause });
    this.status = entry.status;
    this.retriable = entry.retriable;
    this.advice = words.advice ?? entry.advice;
  }

  /** The error as JSON for a user: no stack, no cause. */
  toBody(): ErrorBody {
    const { expected, found, fields } = this.words;
    return {
      error: this.message,
      code: this.code,
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      advice: this.advice,
      ...(fields === undefined ? {} : { fields }),
    };
  }
}

/** Coerces whatever was thrown into a SerinError; what is not one becomes `internal`. */
export function toSerinError(thrown: unknown): SerinError {
  return thrown instanceof SerinError ? thrown : new SerinError('internal', { cause: thrown });
}

function sentence(title: string, { expected, found }: ErrorWords): string {
  const parts = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(found === undefined ? [] : [`found ${found}`]),
  ];
  return parts.length === 0 ? title : `${title}: ${parts.join(', ')}`;
}
