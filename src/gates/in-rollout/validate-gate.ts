import type { OfRollout } from '../../rollout/ports.js';
import type { RunBuiltInGate } from '../ask/asked-gates.js';
import type { ReachableVersion } from '../on-versions/reachable-version.js';
import { validateVersion } from '../on-versions/validate-version.js';
import type { StartModelProcess } from '../validate/model-process.js';
import { answerOfReport, type KeepReport } from './answer-of-report.js';

/** Finds the version of one of a rollout's arms; the canary is loaded by then. */
export type VersionOfArm = (of: OfRollout, arm: 'stable' | 'canary') => Promise<ReachableVersion>;

/** The gate `validate` of a rollout: its canary's file, compared with that of its stable. */
export function validateGate(
  versionOf: VersionOfArm,
  start: StartModelProcess,
  keep: KeepReport,
): RunBuiltInGate {
  return async (of, gate, signal, onProgress) => {
    const canary = await versionOf(of, 'canary');
    const stable = await versionOf(of, 'stable');
    if (canary.kind !== 'onnx') {
      return {
        passed: false,
        reason: 'validate examines ONNX files, and the canary is a server',
      };
    }
    const report = await validateVersion({
      candidate: canary,
      against: stable.kind === 'onnx' ? stable : undefined,
      wishes: gate.name === 'validate' ? (gate.wishes ?? {}) : {},
      start,
      signal,
      onProgress: ({ check, done, of: all }) => onProgress?.(check, done / all),
    });
    return answerOfReport(of, report, keep);
  };
}
