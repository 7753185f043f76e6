import { VerdictKind, type Evidence } from '../domain/evidence.js';
import type { JudgedRequests, Verdict } from '../domain/verdict.js';
import { anytimeP, progressOfEvidence } from '../stats/combine.js';
import { sampleRatioAlpha } from '../stats/sample-ratio.js';
import type { Evaluation } from './evaluate.js';
import type { JudgeSettings } from './judge-settings.js';
import { sayCheck, sayCount, sayOdds, sayPercent } from './words.js';

/** What is known beside the closed buckets. */
export interface Circumstances {
  readonly nowMs: number;
  readonly settings: JudgeSettings;
  /** The current step, counted up to now; absent before the first. */
  readonly step?: Verdict['step'] & { last: boolean };
  readonly judged: JudgedRequests;
  /** Why nothing can be compared now; absent where nothing is in the way. */
  readonly obstacle?: string;
  /** The largest ln Σ w E so far. */
  readonly largestHarmLogE: number;
  /** The sentences of the moment at which harm was shown; absent until then. */
  readonly harmShown?: readonly string[];
}

/**
 * Joins evidence and circumstances to one verdict. Harm, once shown, stays shown: an e-process that
 * has crossed 1/α has done so for good. Otherwise an obstacle comes first, because a comparison that
 * is invalid can be neither safe nor undecided.
 */
export function joinVerdict(evaluation: Evaluation, around: Circumstances): Verdict {
  const { settings, step, harmShown } = around;
  const { evidence, harmLogE, missing, leansToHarm } = evaluation;
  const obstacle = around.obstacle ?? obstacleOfSplit(evaluation);
  const kind =
    harmShown !== undefined
      ? VerdictKind.Harm
      : obstacle !== undefined
        ? VerdictKind.Unmeasurable
        : evaluation.gatesPassed && !leansToHarm
          ? VerdictKind.Safe
          : VerdictKind.Undecided;
  const requestsInStep = step === undefined ? 0 : step.stable + step.canary;
  const atLeast = Math.max(
    step?.last === true ? settings.promoteAfterRequests - requestsInStep : 0,
    ...missing.map(({ requestsNeeded }) => requestsNeeded ?? 0),
    0,
  );
  const isToldOfAll = missing.every(({ requestsNeeded }) => requestsNeeded !== undefined);
  const reasons = harmShown ?? reasonsOf(kind, evaluation, obstacle);
  const harm = progressOfEvidence(
    kind === VerdictKind.Harm ? around.largestHarmLogE : harmLogE,
    settings.alpha,
  );
  return {
    kind,
    atMs: around.nowMs,
    sentence: sentenceOf(kind, reasons, evaluation, sayNeeded(atLeast, isToldOfAll)),
    reasons,
    evidence,
    harmLogE,
    p: anytimeP(around.largestHarmLogE),
    meter: Math.round(100 * ((kind === VerdictKind.Harm ? 0 : evaluation.gateProgress) - harm)),
    leansToHarm,
    mayPromote:
      kind === VerdictKind.Safe &&
      step?.last === true &&
      requestsInStep >= settings.promoteAfterRequests,
    missing,
    ...neededOf(atLeast, isToldOfAll),
    step: {
      index: step?.index ?? 0,
      share: step?.share ?? 0,
      stable: step?.stable ?? 0,
      canary: step?.canary ?? 0,
      canaryJudged: step?.canaryJudged ?? 0,
    },
    judged: around.judged,
    split: evaluation.split,
  };
}

/** The sentences of harm, the check that weighs most first. */
export function reasonsOfHarm(evidence: readonly Evidence[]): string[] {
  const pull = ({ weight, harmLogE }: Evidence): number => Math.log(weight) + harmLogE;
  const sorted = evidence
    .filter(({ weight, harmLogE }) => weight > 0 && harmLogE > 0)
    .sort((a, b) => pull(b) - pull(a));
  return sorted.map(({ sentence }) => sentence);
}

function reasonsOf(
  kind: VerdictKind,
  { evidence, missing }: Evaluation,
  obstacle: string | undefined,
): readonly string[] {
  switch (kind) {
    case VerdictKind.Harm:
      return reasonsOfHarm(evidence);
    case VerdictKind.Unmeasurable:
      return obstacle === undefined ? [] : [obstacle];
    case VerdictKind.Safe:
      return evidence.filter((one) => one.safeLogE !== undefined).map(({ sentence }) => sentence);
    case VerdictKind.Undecided: {
      const waiting = new Set(missing.map(({ check }) => check));
      return evidence.filter(({ check }) => waiting.has(check)).map(({ sentence }) => sentence);
    }
  }
}

function sentenceOf(
  kind: VerdictKind,
  reasons: readonly string[],
  { missing, leansToHarm, harmLogE, evidence }: Evaluation,
  needed: string,
): string {
  switch (kind) {
    case VerdictKind.Harm:
      return `The canary harms: ${reasons[0] ?? `evidence ${sayOdds(harmLogE)}`}.`;
    case VerdictKind.Unmeasurable:
      return `Nothing can be said: ${reasons[0] ?? 'no traffic'}.`;
    case VerdictKind.Safe:
      return 'The canary is safe: every gate has passed, and nothing leans to harm.';
    case VerdictKind.Undecided: {
      if (leansToHarm) {
        return `Undecided, but leaning to harm: ${reasonsOfHarm(evidence)[0] ?? 'see evidence'}.`;
      }
      const names = missing.map(({ check }) => sayCheck(check)).join(', ');
      if (names === '') return 'Undecided: no gate is asked for.';
      return `Undecided: ${names} not shown to be safe yet; ${needed}.`;
    }
  }
}

function neededOf(
  requests: number,
  isToldOfAll: boolean,
): Pick<Verdict, 'requestsNeeded' | 'requestsNeededAtLeast'> {
  if (isToldOfAll) return { requestsNeeded: requests };
  return requests > 0 ? { requestsNeededAtLeast: requests } : {};
}

/** A gate without evidence yet has no projection: then it is the others that say how many at least. */
function sayNeeded(requests: number, isToldOfAll: boolean): string {
  if (isToldOfAll) return `about ${sayCount(requests)} more requests`;
  return requests > 0
    ? `${sayCount(requests)} more requests at least`
    : 'how many more requests it takes cannot be told yet';
}

function obstacleOfSplit({ split }: Evaluation): string | undefined {
  if (!split.wrong) return undefined;
  const shares = `${sayPercent(split.seen)} of the requests and should get ${sayPercent(split.intended)}`;
  return split.logE >= -Math.log(sampleRatioAlpha)
    ? `the canary gets ${shares}, evidence ${sayOdds(split.logE)}: ` +
        `the arms did not get the traffic that they should have`
    : `the arms did not get the traffic that they should have earlier in this step, though ` +
        `the canary gets ${shares} by now: the rest of the step is not compared either`;
}
