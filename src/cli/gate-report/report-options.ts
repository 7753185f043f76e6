import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { KeptFormat } from '../../gates/report/kept-report.js';

/** A file that a report goes to, in a form. */
export interface ReportTarget {
  readonly format: KeptFormat;
  readonly file: string;
}

/** What the command line says of a gate's report; the same for every gate. */
export interface ReportOptions {
  readonly format: KeptFormat;
  readonly out?: readonly ReportTarget[];
  readonly junit?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly json?: boolean;
}

const endings: Readonly<Record<string, KeptFormat>> = {
  '.txt': 'text',
  '.json': 'json',
  '.xml': 'junit',
  '.md': 'markdown',
  '.sarif': 'sarif',
  '.html': 'html',
};

/** Adds the options that say where a gate's report goes, and in which of its forms. */
export function withReportOptions(command: Command, formats: readonly KeptFormat[]): Command {
  const known = Object.entries(endings).filter(([, format]) => formats.includes(format));
  const listed = known.map(([ending]) => ending).join(' ');
  command
    .addOption(new Option('--format <name>', 'of what is printed').choices(formats).default('text'))
    .option('--json', 'the same as --format json')
    .option(
      '--out <file>',
      `write it, too: ${listed}; may be repeated`,
      (text, before: readonly ReportTarget[] | undefined) =>
        addTarget(text, before, Object.fromEntries(known)),
    )
    .option('--junit <file>', 'write it for CI, as --out junit=file')
    .option('--markdown <file>', 'write it for a pull request, as --out markdown=file');
  return formats.includes('html')
    ? command.option('--html <file>', 'write it with plots, as --out html=file')
    : command;
}

/** Whether what is printed is for machines; an error is then, too. */
export function isForMachines({ json, format }: ReportOptions): boolean {
  return json === true || format === 'json';
}

/** Every file that the report goes to. */
export function targetsOf({ out = [], junit, markdown, html }: ReportOptions): ReportTarget[] {
  const named = Object.entries({ junit, markdown, html }) as [KeptFormat, string | undefined][];
  const more = named.flatMap(([format, file]) => (file === undefined ? [] : [{ format, file }]));
  return [...out, ...more];
}

/** `report.xml`, or `junit=report.xml`, beside those said before. */
function addTarget(
  text: string,
  before: readonly ReportTarget[] = [],
  known: Readonly<Record<string, KeptFormat>>,
): readonly ReportTarget[] {
  const [, named, file = text] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const formats = Object.values(known);
  const format =
    named === undefined ? known[path.extname(file)] : formats.find((one) => one === named);
  if (format !== undefined) return [...before, { format, file }];
  throw new InvalidArgumentError(
    `Expected a file that ends with ${Object.keys(known).join(', ')}, or format=file with one of ${formats.join(', ')}.`,
  );
}
