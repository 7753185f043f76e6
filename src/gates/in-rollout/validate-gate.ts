import type { HttpVersion, OnnxVersion } from '../../domain/version.js';
import type { OfRollout } from '../../rollout/ports.js';
import type { RunBuiltInGate } from '../ask/asked-gates.js';
import { modelOfVersion } from '../validate/locate-model.js';
import type { StartModelProcess } from '../validate/model-process.js';
import { validateModel } from '../validate/validate-model.js';
import { answerOfReport, type KeepReport } from './answer-of-report.js';

/** A version as a gate can reach it: its file, or where it is served. */
export type ReachableVersion = OnnxVersion | HttpVersion;

/** Finds the version of one of a rollout's arms; the canary is loaded by then. */
export type VersionOfArm = (of: OfRollout, arm: 'stable' | 'canary') => Promise<ReachableVersion>;

/** The gate `validate` of a rollout: its canary's file, compared with that of its stable. */
export function validateGate(
  versionOf: VersionOfArm,
  start: StartModelProcess,
  keep: KeepReport,
): RunBuiltInGate {
  return async (of, _gate, signal, onProgress) => {
    const canary = await versionOf(of, 'canary');
    const stable = await versionOf(of, 'stable');
    if (!isFile(canary)) {
      return {
        passed: false,
        reason: 'validate examines ONNX files, and the canary is a server',
      };
    }
    const report = await validateModel({
      candidate: modelOfVersion(canary),
      ...(isFile(stable) ? { against: modelOfVersion(stable) } : {}),
      start,
      signal,
      onProgress: ({ check, done, of: all }) => onProgress?.(check, done / all),
    });
    return answerOfReport(of, report, keep);
  };
}

function isFile(version: ReachableVersion): version is OnnxVersion {
  return version.kind === 'onnx';
}
