import type { Strategy } from '../rollout/strategy/strategy.js';
import { planProblems } from './plan-problems.js';
import { configInvalid } from './problem.js';
import { hasShapeOfSerinFile, shapeProblems } from './shape-problems.js';
import { toStrategy } from './to-strategy.js';
import { readYaml } from './yaml-file.js';

/** A rollout of which nothing is said but what it must say: everything else is by default. */
export const nothingWished = 'model: any\nstable: one\ncanary: other\n';

/**
 * Reads a rollout file.
 * @param text the file's content
 * @param file its name, for errors
 * @throws SerinError `config-invalid` with its first problems, each with line, column, what was
 * expected and what was found, in `fields.problems`
 */
export function parseSerinYaml(text: string, file: string): Strategy {
  const yaml = readYaml(text, file);
  if (!hasShapeOfSerinFile(yaml.value)) throw configInvalid(shapeProblems(yaml));
  const problems = planProblems(yaml.value, yaml);
  if (problems.length > 0) throw configInvalid(problems);
  return toStrategy(yaml.value);
}
