import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultUrl } from './client.js';

/** Serin's own folder: compiled code lies one folder deeper than its source. */
const installed = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url),
);

/**
 * Where an editor finds the schema of a rollout file, without asking any other machine: the path to
 * it from the file, where both lie in one project (a clone of Serin, or a folder that has Serin in
 * its node_modules), and so lie alike for everybody who has that project; otherwise the address at
 * which a running server has it.
 * @param file where the rollout file is, or will be
 * @param serin the folder of the package
 * @param url of the server
 */
export function schemaAddress(
  file: string,
  serin = installed,
  url = process.env['SERIN_URL'] ?? defaultUrl,
): string {
  const folder = path.dirname(path.resolve(file));
  const way = path.relative(projectOf(serin), folder);
  const isInProject = way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
  if (!isInProject) return `${url.replace(/\/+$/, '')}/schemas/serin.schema.json`;
  return path.relative(folder, path.join(serin, 'schemas/serin.schema.json')).replaceAll('\\', '/');
}

function projectOf(serin: string): string {
  const [project = serin] = serin.split(`${path.sep}node_modules${path.sep}`, 1);
  return project;
}
