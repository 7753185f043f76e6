import { logSumExp } from './log-sum-exp.js';

/**
 * Evidence that does not suffer from a long harmless past: a mixture of the e-processes that start
 * anew at each step, E = Σₖ 2^−(k+1) E^(from step k on) + 2^−K, with weights fixed in advance
 * (e-detectors: Shin, Ramdas, Rinaldo 2023). Still an e-process: the weights sum to 1.
 * @param logEFromStep ln E of the evidence gathered from step k on, for each of the K opened steps
 * @returns ln E of the mixture; 0 before the first step
 * @throws SerinError `invalid-statistics-input`
 */
export function restartMixture(logEFromStep: readonly number[]): number {
  const steps = logEFromStep.length;
  const terms = logEFromStep.map((logE, k) => logE - (k + 1) * Math.LN2);
  return logSumExp([...terms, -steps * Math.LN2]);
}
