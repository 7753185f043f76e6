import { VerdictKind } from '../domain/evidence.js';
import type { Verdict } from '../domain/verdict.js';
import type { SourceFinding } from './source.js';

/**
 * The judge's verdict together with what sources found. Harm that a source sees is harm; what cannot
 * be measured makes the whole unmeasurable, unless harm was shown; nothing that a source says makes
 * a verdict better. The same object where no source has anything to say against it.
 */
export function withFindings(verdict: Verdict, findings: readonly SourceFinding[]): Verdict {
  const harm = findings.filter((finding) => finding.verdict === VerdictKind.Harm);
  if (harm.length > 0) {
    return { ...verdict, ...said(VerdictKind.Harm, harm), leansToHarm: true, meter: -100 };
  }
  if (verdict.kind === VerdictKind.Harm) return verdict;
  const missing = findings.filter((finding) => finding.verdict === VerdictKind.Unmeasurable);
  if (missing.length === 0) return verdict;
  const meter = Math.min(0, verdict.meter);
  return { ...verdict, ...said(VerdictKind.Unmeasurable, missing), meter };
}

function said(
  kind: VerdictKind,
  findings: readonly SourceFinding[],
): Pick<Verdict, 'kind' | 'sentence' | 'reasons' | 'mayPromote'> {
  const reasons = findings.map(({ source, sentence }) => `${source}: ${sentence}`);
  const word = kind === VerdictKind.Harm ? 'Harm' : 'Unmeasurable';
  return { kind, reasons, sentence: `${word}: ${reasons.join('; ')}.`, mayPromote: false };
}
