import { toSerinError } from '../domain/errors.js';

/** Prints an error as a person, or with --json a machine, can use it; no stack reaches a user. */
export function reportFailure(thrown: unknown, asJson: boolean): void {
  const error = toSerinError(thrown);
  if (asJson) {
    process.stdout.write(`${JSON.stringify(error.toBody(), null, 2)}\n`);
  } else {
    const cause = error.code === 'internal' ? `\n  ${causeOf(error.cause)}` : '';
    process.stderr.write(`serin: ${error.message}${cause}\n  ${error.advice}\n`);
  }
  process.exitCode = 1;
}

function causeOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
