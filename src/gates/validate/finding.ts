import { Severity, type Finding } from '../report/report.js';
import { validationCodes, type ValidationCode } from './codes.js';

/** Whoever reads a finding has to know both: what should be, and what is. */
export interface FindingWords {
  readonly expected: string;
  readonly found: string;
  /** The code's own advice where it is left out. */
  readonly advice?: string;
}

/**
 * A finding of the validation.
 * @param title in a few words, with the particulars
 */
export function finding(code: ValidationCode, title: string, words: FindingWords): Finding {
  const { severity, advice } = validationCodes[code];
  return {
    code,
    severity,
    title,
    expected: words.expected,
    found: words.found,
    advice: words.advice ?? advice,
  };
}

/** A finding as it counts where somebody has accepted its code beforehand. */
export function accepting(found: Finding, accepted: Readonly<Record<string, string>>): Finding {
  const reason = Object.hasOwn(accepted, found.code) ? accepted[found.code] : undefined;
  if (reason === undefined) return found;
  return { ...found, severity: Severity.Info, accepted: reason };
}
