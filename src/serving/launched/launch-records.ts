import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What is known of a server that Serin started, kept beside its log. */
export interface LaunchRecord {
  /** The mark in the process's environment; another one for each start. */
  readonly id: string;
  readonly port: number;
  /** Absent until it was started: a record is written before there is a process. */
  readonly process?: { readonly pid: number; readonly start: string };
  /** The container's name, where it is one. */
  readonly container?: string;
}

/**
 * Records of what Serin started, in a folder of the data folder: one file for each version, so that
 * a Serin that was killed finds its servers again.
 */
export class LaunchRecords {
  constructor(private readonly folder: string) {}

  logFile(name: string): string {
    return path.join(this.folder, `${name}.log`);
  }

  /** @returns undefined where there is none, or none that can be read */
  async read(name: string): Promise<LaunchRecord | undefined> {
    try {
      const record: unknown = JSON.parse(await readFile(this.#file(name), 'utf8'));
      return isRecord(record) ? record : undefined;
    } catch {
      // Written whole or not at all: what cannot be read was written by somebody else.
      return undefined;
    }
  }

  async write(name: string, record: LaunchRecord): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = this.#file(name);
    await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  async remove(name: string): Promise<void> {
    await rm(this.#file(name), { force: true });
  }

  async names(): Promise<readonly string[]> {
    const files = await readdir(this.folder).catch(() => []);
    return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
  }

  #file(name: string): string {
    return path.join(this.folder, `${name}.json`);
  }
}

function isRecord(value: unknown): value is LaunchRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { id, port, process, container } = value as Record<string, unknown>;
  if (typeof id !== 'string' || typeof port !== 'number') return false;
  if (container !== undefined && typeof container !== 'string') return false;
  if (process === undefined) return true;
  const { pid, start } = process as Record<string, unknown>;
  return Number.isInteger(pid) && Number(pid) > 1 && typeof start === 'string';
}
