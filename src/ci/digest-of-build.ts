import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { digestOfFolder, within } from './digest-of-folder.js';
import { ignoredBy } from './dockerignore.js';

/** What decides what a build makes. */
export interface BuildSources {
  readonly folder: string;
  /** Relative to the folder; it may lie elsewhere. */
  readonly dockerfile: string;
  /** Absolute paths of what the pipeline itself writes, which says nothing of what is built. */
  readonly written: readonly string[];
}

/**
 * What a build depends on: its Dockerfile, the files that say what is left out, and all files of its
 * folder that are not left out.
 * @throws SerinError `usage` where it cannot be read
 */
export async function digestOfBuild({
  folder,
  dockerfile,
  written,
}: BuildSources): Promise<string> {
  // Engines read these wherever they lie, and whether .dockerignore lists them or not.
  const file = path.resolve(folder, dockerfile);
  const ignoreFiles = [path.join(folder, '/'), file].flatMap((place) => [
    `${place}.dockerignore`,
    `${place}.containerignore`,
  ]);
  const texts = await Promise.all([file, ...ignoreFiles].map(readIfThere));
  const rules = texts
    .slice(1)
    .filter((text) => text !== null)
    .map(ignoredBy);
  const isWritten = within(folder, written);
  // Which of them counts depends on the engine: what one of them keeps may be built.
  const isLeftOut = (name: string): boolean =>
    isWritten(name) || (rules.length > 0 && rules.every((ignored) => ignored(name)));
  const content = await digestOfFolder(folder, isLeftOut);
  const hash = createHash('sha256').update(JSON.stringify([texts, content]));
  return `sha256:${hash.digest('hex')}`;
}

/** @returns null: most folders have none; one that cannot be read, the engine says more about */
async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}
