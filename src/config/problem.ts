import { SerinError } from '../domain/errors.js';

/** One thing that is wrong in a file, and where. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly expected: string;
  readonly found: string;
  /** `serin.yaml:3:7: expected …, found …` */
  readonly message: string;
}

/** Where in the file something stands. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem with its message put together. */
export function problemAt(
  file: string,
  { line, column }: Position,
  expected: string,
  found: string,
): Problem {
  const message = `${file}:${line}:${column}: expected ${expected}, found ${found}`;
  return { file, line, column, expected, found, message };
}

/** The more a file is wrong, the less its later problems say. */
const mostReported = 20;

/**
 * The problems of a file as one error, in the order of the file: the first 20, and where there are
 * more, a last one that says how many.
 * @returns SerinError `config-invalid`, with the problems in its fields
 */
export function configInvalid(problems: readonly Problem[]): SerinError {
  const ordered = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const [first] = ordered;
  const listed = ordered.slice(0, mostReported);
  const [next] = ordered.slice(mostReported);
  if (next !== undefined) listed.push(andMore(next, ordered.length - mostReported));
  const more = problems.length - 1;
  const where = first === undefined ? '' : `${first.file}:${first.line}:${first.column}: `;
  return new SerinError('config-invalid', {
    ...(first === undefined ? {} : { expected: first.expected }),
    found: first?.found ?? 'nothing',
    advice: `${where}correct it${more > 0 ? ` (and ${more} more)` : ''}; \`serin rollout check\` lists ${problems.length > mostReported ? `the first ${mostReported}` : 'every problem'}.`,
    fields: { problems: listed },
  });
}

/** Stands where the first problem is that is not listed. */
function andMore(next: Problem, count: number): Problem {
  const { file, line, column } = next;
  const message = `${file}:${line}:${column}: and ${count} more, from here on`;
  return { ...next, message };
}

/** A value as it is quoted in an error: JSON, cut where it is long. */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
