import { readFileSync } from 'node:fs';

/** Serin's own version, from package.json: compiled code lies one folder deeper than its source. */
export const productVersion: string = readVersion();

function readVersion(): string {
  const up = import.meta.url.endsWith('.ts') ? '../../' : '../../../';
  const text = readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
