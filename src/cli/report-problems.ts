import type { Problem } from '../config/problem.js';
import { toSerinError } from '../domain/errors.js';

/**
 * Prints what is wrong with a rollout file, one line a problem, in the form that editors and
 * terminals make links of.
 * @throws what is no list of problems, or what a machine shall read
 */
export function reportProblems(thrown: unknown, asJson: boolean): void {
  const error = toSerinError(thrown);
  const problems = (error.words.fields?.['problems'] ?? []) as readonly Problem[];
  if (error.code !== 'config-invalid' || asJson || problems.length === 0) throw error;
  process.stderr.write(`${problems.map(({ message }) => message).join('\n')}\n`);
  process.exitCode = 1;
}
