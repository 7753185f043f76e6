import path from 'node:path';
import { documentationFile } from '../../config/documentation.js';
import { helpAddress, type Explain, type ExplainedGate } from '../../gates/report/explained.js';
import { helpPages, helpSections } from '../../gates/report/help-pages.js';

/**
 * Explains findings to whoever runs a command: by the page that is installed with the program, which
 * needs no network, and by the address of the server that SERIN_URL names, where there is one. No
 * other address is right on every machine that a report is read on.
 */
export function explainHere(gate: ExplainedGate): Explain {
  const file = pathFromHere(documentationFile(helpPages[gate]));
  const server = process.env['SERIN_URL'];
  const sections = helpSections(gate);
  return (code) => ({
    page: `${file}#${code}`,
    link: server === undefined ? undefined : `${helpAddress(server, gate)}#${code}`,
    text: sections.get(code),
  });
}

/** From here where it lies below, else whole: nobody counts the dots of `../../..`. */
function pathFromHere(file: string): string {
  const way = path.relative(process.cwd(), file);
  return way.startsWith('..') || path.isAbsolute(way) ? file : way.split(path.sep).join('/');
}
