import { readLineNumber, type LineNumber } from './line-number.js';

/**
 * A line that Serin itself asks NGINX to write, where nobody can tell how many lines of users there
 * should be. It goes the way of theirs (worker, buffer, file, disk), so that it is missing when theirs
 * are.
 */
const probeMark = 's2-probe\t';

/** The format as NGINX's `log_format` takes it; `number` is an argument of the request. */
export const nginxProbeFormat = `${probeMark.replace('\t', '\\t')}$arg_number`;

/** Its number; undefined of any other line. */
export function readProbeLine(line: string): LineNumber | undefined {
  return line.startsWith(probeMark) ? readLineNumber(line.slice(probeMark.length)) : undefined;
}
