import { FeedbackMeasure } from '../domain/feedback.js';
import { RouterKind } from '../rollout/strategy/strategy.js';
import { quote } from './problem.js';
import type { Finding } from './plan-problems.js';
import type { SerinFile } from './schema.js';
import { feedbackAmount } from './to-check-settings.js';
import { share } from './units.js';

/** What the judge could not judge by. */
export function checkFindings(file: SerinFile): Finding[] {
  const { checks, traffic } = file;
  if (checks === undefined) return [];
  const isBehindNginx = traffic?.router === RouterKind.Nginx;
  const findings: Finding[] = [];
  const { alpha, timeouts } = checks;
  if (alpha !== undefined && !(alpha >= 1e-12 && alpha <= 0.5)) {
    findings.push([['checks', 'alpha'], 'a chance from 1e-12 to 0.5', quote(alpha)]);
  }
  for (const name of ['errors', 'timeouts'] as const) {
    const check = checks[name];
    if (check === undefined || check === 'off' || check.tolerance === undefined) continue;
    if (share.read(check.tolerance) <= 0.5) continue;
    findings.push([['checks', name, 'tolerance'], 'at most 50%', quote(check.tolerance)]);
  }
  const { predictions, feedback } = checks;
  if (isBehindNginx && typeof predictions === 'object' && predictions.drift !== undefined) {
    const expected = 'no drift of predictions, as NGINX tells of no answer';
    findings.push([['checks', 'predictions', 'drift'], expected, quote(predictions.drift)]);
  }
  findings.push(...feedbackFindings(file));
  const bodies = isBehindNginx ? [feedback ?? 'off'] : [predictions, feedback];
  const asked = [checks.latency, checks.errors, ...bodies].some((check) => check !== 'off');
  if (!asked && (timeouts === undefined || timeouts === 'off')) {
    const expected =
      'one of latency, errors, predictions or feedback that is not off, or time-outs';
    findings.push([['checks'], expected, 'all of them off']);
  }
  return findings;
}

function feedbackFindings({ checks, steps = [], traffic }: SerinFile): Finding[] {
  const feedback = checks?.feedback;
  if (feedback === undefined || feedback === 'off') return [];
  const place = ['checks', 'feedback'];
  const { tolerance, gate } = feedback;
  const isBehindNginx = traffic?.router === RouterKind.Nginx;
  const measure =
    feedback.measure ?? (isBehindNginx ? FeedbackMeasure.Score : FeedbackMeasure.Accuracy);
  const at = [...place, 'measure'];
  if (isBehindNginx && measure !== FeedbackMeasure.Score) {
    return [
      [at, 'score, as NGINX tells of no answer that a label could be compared with', measure],
    ];
  }
  if (
    measure === FeedbackMeasure.LabelledPairs &&
    !steps.some(({ shadow }) => shadow !== undefined)
  ) {
    const expected = 'a shadow step, as only there both arms answer one input';
    return [[at, expected, 'labelled-pairs without one']];
  }
  if (tolerance === undefined) {
    if (measure === FeedbackMeasure.Accuracy) return [];
    return [[place, `a tolerance, as what is much depends on the ${measure}`, 'none']];
  }
  return toleranceFindings([...place, 'tolerance'], measure, tolerance, gate === true);
}

function toleranceFindings(
  path: readonly string[],
  measure: FeedbackMeasure,
  tolerance: string | number,
  isGate: boolean,
): Finding[] {
  if (typeof tolerance === 'string' && isNoShare(measure)) {
    const expected = `a plain number in the unit of the ${measure}, such as 0.02`;
    return [[path, expected, quote(tolerance)]];
  }
  const amount = feedbackAmount(tolerance);
  if (measure === FeedbackMeasure.Accuracy && amount > 1) {
    return [[path, 'a share of all answers, such as 2% or 0.02', quote(tolerance)]];
  }
  if (isGate && amount === 0) {
    const expected = 'more than 0, as the gate excludes twice of it';
    return [[path, expected, quote(tolerance)]];
  }
  return [];
}

/** Log-loss and scores have units in which a percentage means nothing. */
function isNoShare(measure: FeedbackMeasure): boolean {
  return measure === FeedbackMeasure.LogLoss || measure === FeedbackMeasure.Score;
}
