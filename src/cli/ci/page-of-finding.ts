import { errorCatalogue } from '../../domain/error-catalogue.js';
import { explainedGates, helpAddress } from '../../gates/report/explained.js';
import { helpPages } from '../../gates/report/help-pages.js';

const ownPage = 'docs/guide/ci.md';

/** Errors of the pipeline itself that its page explains; the catalogue's page has all others. */
const explainedHere: ReadonlySet<string> = new Set([
  'ci-overtaken',
  'ci-rollout-file-unfit',
  'ci-stage-missing',
  'ci-state-invalid',
  'dockerfile-missing',
  'engine-failed',
  'no-stable-image',
  'registry-unreachable',
  'tag-moved',
]);

/** The page, and its section, that explains a finding of any stage. */
export function pageOfFinding(code: string): string {
  if (explainedHere.has(code) || code.startsWith('canary-')) return `${ownPage}#${code}`;
  const [, gate] = /^(smoke|loadtest)-/.exec(code) ?? [];
  if (gate !== undefined) return `docs/reference/${gate}.md#${code}`;
  return code in errorCatalogue ? 'docs/reference/errors.md' : `docs/reference/validate.md#${code}`;
}

/**
 * Where the server that rolls out has that section, which opens from a pull request, too.
 * @returns undefined without a server, and of what has no section of its own
 */
export function linkOfFinding(code: string, server: string | undefined): string | undefined {
  const [page, section] = pageOfFinding(code).split('#');
  const gate = explainedGates.find((one) => helpPages[one] === page);
  if (server === undefined || gate === undefined || section === undefined) return undefined;
  return `${helpAddress(server, gate)}#${section}`;
}
