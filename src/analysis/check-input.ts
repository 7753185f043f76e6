import { VerdictKind, type Evidence } from '../domain/evidence.js';
import type { SplitSeen } from '../domain/verdict.js';
import type { QuantileSketch } from '../stats/sketch.js';
import type { DesignEffects } from './clustering.js';
import type { JudgeSettings } from './judge-settings.js';
import type { PredictionTable } from './prediction-table.js';
import type { StepMemory } from './step-memory.js';

/** What a check looks at: closed buckets only. */
export interface CheckInput {
  readonly settings: JudgeSettings;
  /** The steps so far in which the arms could be compared; no earlier one whose split was wrong. */
  readonly steps: readonly StepMemory[];
  readonly effects: DesignEffects;
  /** Of all steps, also of those that are left out because theirs was wrong. */
  readonly split: SplitSeen;
  /** Latencies of the current step, to be shown. */
  readonly latency: { readonly stable: QuantileSketch; readonly canary: QuantileSketch };
  readonly predictions: PredictionTable;
}

/** One question: evidence from what was gathered; null where the settings leave the check out. */
export type Check = (input: CheckInput) => Evidence | null;

/** What a check found, before it is judged. */
export type Finding = Omit<Evidence, 'verdict' | 'approximate'>;

/**
 * The finding as evidence: its verdict follows from its e-values alone. With sticky routing it is
 * approximate, and its sentence says so wherever it says a result.
 */
export function toEvidence(finding: Finding, { settings }: CheckInput): Evidence {
  const enough = -Math.log(settings.alpha);
  const { harmLogE, safeLogE, samples, estimate } = finding;
  const verdict =
    harmLogE >= enough
      ? VerdictKind.Harm
      : samples.canary === 0 || samples.stable === 0
        ? VerdictKind.Unmeasurable
        : safeLogE !== undefined && safeLogE >= enough
          ? VerdictKind.Safe
          : VerdictKind.Undecided;
  const isResult = estimate !== undefined || harmLogE !== 0 || (safeLogE ?? 0) !== 0;
  const sentence =
    finding.sentence + (settings.sticky && isResult ? '; approximate, as routing is sticky' : '');
  return { ...finding, sentence, verdict, approximate: settings.sticky };
}

/** Requests of both arms in closed buckets. */
export function requestsOf(steps: readonly StepMemory[]): { stable: number; canary: number } {
  return steps.reduce(
    (sum, step) => ({
      stable: sum.stable + step.stableRequests,
      canary: sum.canary + step.canaryRequests,
    }),
    { stable: 0, canary: 0 },
  );
}
