import type { Finding } from '../../report/report.js';
import type { CheckOutcome, FileContext } from '../check.js';
import { finding } from '../finding.js';
import { newestOpset, oldestOpset, runtimeLimits } from './runtime-limits.js';

/** Whether the runtime reads this version of the format, and knows these operator sets. */
export function checkVersions({ subject: { onnx } }: FileContext): CheckOutcome {
  const { irVersion, opsets, producer } = onnx;
  const findings: Finding[] = [];
  if (irVersion > runtimeLimits.irVersion) {
    findings.push(
      finding('ir-version-unsupported', 'the format is too new', {
        expected: `IR version ${runtimeLimits.irVersion} or lower`,
        found: `IR version ${irVersion}`,
      }),
    );
  }
  for (const [domain, version] of Object.entries(opsets)) {
    const newest = newestOpset(domain);
    if (newest !== undefined && version > newest) {
      findings.push(
        finding('opset-unsupported', `the operator set of ${domain} is too new`, {
          expected: `opset ${newest} or lower`,
          found: `opset ${version}`,
        }),
      );
    }
    if (domain === 'ai.onnx' && version < oldestOpset) {
      findings.push(
        finding('opset-old', 'the operator set is very old', {
          expected: `opset ${oldestOpset} or higher`,
          found: `opset ${version}`,
        }),
      );
    }
  }
  const sets = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  const by = producer === '' ? '' : `, by ${producer}`;
  const shown = sets.slice(0, 3).join(', ') + (sets.length > 3 ? ', …' : '');
  return { detail: `IR version ${irVersion}, opset ${shown}${by}`, findings };
}
