import type { Finding } from '../../report/report.js';
import type { CheckOutcome, FileContext } from '../check.js';
import { finding } from '../finding.js';
import { runtimeLimits } from './runtime-limits.js';

/** Whether all operators are of allowed domains, and none draws random numbers unseeded. */
export function checkOperators({ subject, expectations }: FileContext): CheckOutcome {
  const { operatorsByDomain, randomOperators } = subject.graph;
  const allowed = expectations.domains ?? Object.keys(runtimeLimits.opsets);
  const findings: Finding[] = [];
  for (const [domain, operators] of operatorsByDomain) {
    if (allowed.includes(domain)) continue;
    findings.push(
      finding('operator-domain', `operators of the domain ${domain} are not allowed`, {
        expected: `operators of ${allowed.join(', ')}`,
        found: listed([...operators].map((operator) => `${domain}.${operator}`)),
      }),
    );
  }
  if (randomOperators.length > 0) {
    findings.push(
      finding('random-operator', 'random numbers are drawn without a seed', {
        expected: 'no random operators, or ones with a seed',
        found: listed(randomOperators),
      }),
    );
  }
  const counts = [...operatorsByDomain].map(
    ([domain, operators]) => `${operators.size} of ${domain}`,
  );
  return { detail: `kinds of operators: ${counts.join(', ') || 'none'}`, findings };
}

function listed(names: readonly string[]): string {
  return names.slice(0, 8).join(', ') + (names.length > 8 ? `, and ${names.length - 8} more` : '');
}
