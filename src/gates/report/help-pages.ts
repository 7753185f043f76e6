import { readDocumentation } from '../../config/documentation.js';
import { sectionsByCode, type ExplainedGate } from './explained.js';

/** The pages of the documentation that explain findings, from the package's folder. */
export const helpPages: Readonly<Record<ExplainedGate, string>> = {
  validate: 'docs/reference/validate.md',
  loadtest: 'docs/reference/loadtest.md',
  smoke: 'docs/reference/smoke.md',
  ci: 'docs/guide/ci.md',
};

const known = new Map<ExplainedGate, ReadonlyMap<string, string>>();

/** What a gate's page says of each of its codes, as Markdown; read once. */
export function helpSections(gate: ExplainedGate): ReadonlyMap<string, string> {
  const sections = known.get(gate) ?? sectionsByCode(readDocumentation(helpPages[gate]) ?? '');
  known.set(gate, sections);
  return sections;
}
