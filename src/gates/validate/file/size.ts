import { writeBytes, writeNumber } from '../../report/quantity.js';
import type { Finding } from '../../report/report.js';
import type { CheckOutcome, FileContext } from '../check.js';
import { finding } from '../finding.js';

/** More than this times stable's size is worth a word, where the file is not tiny. */
const notableGrowth = 1.5;
const tinyBytes = 2 ** 20;

/** Whether these are the expected bytes, and not too many: by themselves, and against stable. */
export function checkSize({ subject, stable, expectations }: FileContext): CheckOutcome {
  const { digest, maxSizeBytes, maxGrowth } = expectations;
  const findings: Finding[] = [];
  if (digest !== undefined && digest !== subject.digest) {
    const words = { expected: digest, found: subject.digest };
    findings.push(finding('digest-mismatch', 'other bytes than expected', words));
  }
  const { sizeBytes } = subject;
  if (maxSizeBytes !== undefined && sizeBytes > maxSizeBytes) {
    findings.push(
      finding('size-over-limit', 'the model is too large', {
        expected: `at most ${writeBytes(maxSizeBytes)}`,
        found: writeBytes(sizeBytes),
      }),
    );
  }
  const measured = { name: 'size', unit: 'bytes', value: sizeBytes };
  if (stable === undefined) {
    return { detail: writeBytes(sizeBytes), findings, measurements: [measured] };
  }
  const growth = sizeBytes / stable.sizeBytes;
  const words = {
    expected: `at most ${maxGrowth} times stable's ${writeBytes(stable.sizeBytes)}`,
    found: `${writeNumber(growth)} times: ${writeBytes(sizeBytes)}`,
  };
  if (growth > maxGrowth) {
    findings.push(finding('size-over-limit', 'the model is much larger than stable', words));
  } else if (growth > notableGrowth && sizeBytes > tinyBytes) {
    findings.push(finding('size-grown', 'the model is larger than stable', words));
  }
  return {
    detail: `${writeBytes(sizeBytes)}, ${writeNumber(growth)} times stable's`,
    findings,
    measurements: [{ ...measured, stable: stable.sizeBytes }],
  };
}
