import type { Finding } from '../../report/report.js';
import type { CheckOutcome, FileContext } from '../check.js';
import { finding } from '../finding.js';

/** What does no harm, and should not be there. */
export function checkLint({ subject: { graph } }: FileContext): CheckOutcome {
  const findings: Finding[] = [];
  const { unusedInitializers, unusedInputs, initializersAsInputs } = graph;
  if (unusedInitializers.length > 0) {
    findings.push(
      finding('unused-initializer', 'weights that nothing reads', {
        expected: 'only weights that some operator reads',
        found: counted(unusedInitializers),
      }),
    );
  }
  if (unusedInputs.length > 0) {
    findings.push(
      finding('unused-input', 'inputs that nothing reads', {
        expected: 'only inputs that some operator reads',
        found: counted(unusedInputs),
      }),
    );
  }
  if (initializersAsInputs.length > 0) {
    findings.push(
      finding('initializer-as-input', 'weights that are listed as inputs', {
        expected: 'inputs that callers send',
        found: counted(initializersAsInputs),
      }),
    );
  }
  return { detail: findings.length === 0 ? 'nothing superfluous' : 'see below', findings };
}

function counted(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return `${names.length}: ${shown.join(', ')}${names.length > 5 ? ', …' : ''}`;
}
