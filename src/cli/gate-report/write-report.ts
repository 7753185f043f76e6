import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { productVersion } from '../../config/product-version.js';
import {
  formatKeptReport,
  type KeptFormat,
  type KeptReport,
} from '../../gates/report/kept-report.js';
import { writeTextFile } from '../write-text-file.js';
import { explainHere } from './explain.js';
import { isForMachines, targetsOf, type ReportOptions } from './report-options.js';

/**
 * Writes a gate's report to every file that was named, and prints it.
 * @param about the file or address that it is about, for forms that point at it
 * @throws SerinError `usage` for a file that cannot be written
 */
export function writeReport(report: KeptReport, options: ReportOptions, about: string): void {
  const context = {
    version: productVersion,
    explain: explainHere(report.gate),
    file: about,
  };
  const textIn = (format: KeptFormat, colour: boolean): string =>
    formatKeptReport(report, format, { ...context, colour }) ?? '';
  for (const { format, file } of targetsOf(options)) {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeTextFile(file, textIn(format, false));
  }
  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  process.stdout.write(textIn(isForMachines(options) ? 'json' : options.format, colour));
}

/** A path as reports name it: from here, with `/`. */
export function fromHere(file: string): string {
  return path.relative(process.cwd(), path.resolve(file)).split(path.sep).join('/');
}
