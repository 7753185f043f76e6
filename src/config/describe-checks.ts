import { liveJudgeSettings } from '../analysis/live-judge-settings.js';
import type { FeedbackTolerance, JudgeSettings } from '../analysis/judge-settings.js';
import { readJudgeSettings } from '../analysis/read-judge-settings.js';
import { sayBoth, sayPercent } from '../analysis/words.js';
import { FeedbackMeasure } from '../domain/feedback.js';
import { judgeSettingsOf } from '../rollout/live/judge-settings.js';
import type { Strategy } from '../rollout/strategy/strategy.js';

/** One check in words: its name, what it takes for harm, and what must be excluded to promote. */
interface CheckInWords {
  readonly name: string;
  readonly harm: string;
  /** Null: it holds no promotion up. */
  readonly gate: string | null;
}

/** What the judge of a strategy takes for harm, and what it has to exclude before promotion. */
export function checkSentences(strategy: Strategy): string[] {
  const settings = readJudgeSettings(
    liveJudgeSettings(judgeSettingsOf(strategy), strategy.sticky !== undefined),
  );
  const checks = checksInWords(settings);
  const gates = checks.flatMap(({ name, gate }) => (gate === null ? [] : [`${name} ${gate}`]));
  const harms = checks.map(({ name, harm }) => `${name} ${harm}`);
  return [
    `Takes for harm, with a chance of ${sayPercent(settings.alpha)} of ever blaming a harmless canary: ${harms.join('; ')}.`,
    gates.length === 0
      ? 'Nothing has to be excluded before promotion, so the canary is never found safe.'
      : `Has to exclude before promotion: ${gates.join('; ')}.`,
  ];
}

function checksInWords(settings: JudgeSettings): CheckInWords[] {
  const { checks } = settings;
  const { latencyMean, latencyP95, latencyP99, latencyTwiceP99 } = checks;
  const { predictions, agreement, feedback } = checks;
  const words: CheckInWords[] = [];
  for (const [name, check] of [
    ['errors', checks.errors],
    ['time-outs', checks.timeouts],
  ] as const) {
    if (check === null) continue;
    const { ratio, difference, gate } = check;
    words.push({
      name,
      harm: `above ${exactly(ratio)} times stable's and ${sayPoints(difference)} more`,
      gate:
        gate &&
        `of ${exactly(gate.ratio)} times stable's that are ${sayPoints(gate.difference)} more`,
    });
  }
  for (const [name, check] of [
    ['mean latency', latencyMean],
    ['p95', latencyP95],
    ['p99', latencyP99],
    ['twice the p99', latencyTwiceP99],
  ] as const) {
    if (check === null) continue;
    const { tolerance, gate } = check;
    words.push({
      name,
      harm: `slower by more than ${sayBoth(tolerance, settings)}`,
      gate: gate === null ? null : `slower by ${sayBoth(gate, settings)}`,
    });
  }
  if (predictions !== null) {
    const apart = `apart by ${exactly(predictions.tolerance)}`;
    words.push({
      name: 'predictions',
      harm: `${apart} or more`,
      gate: predictions.gate ? apart : null,
    });
  }
  if (agreement !== null) {
    const otherwise = `of ${sayPercent(agreement.disagreement)} of the copies`;
    words.push({ name: 'other answers', harm: otherwise, gate: null });
  }
  if (feedback !== null) words.push(feedbackInWords(feedback));
  return words;
}

function feedbackInWords({ measure, tolerance, gate }: FeedbackTolerance): CheckInWords {
  const say = (amount: number): string => {
    switch (measure) {
      case FeedbackMeasure.Accuracy:
        return `${sayPoints(amount)} lower`;
      case FeedbackMeasure.Score:
        return `${exactly(amount)} lower`;
      case FeedbackMeasure.LogLoss:
        return `${exactly(amount)} higher`;
      case FeedbackMeasure.LabelledPairs:
        return `${exactly(1 + amount)} times as often wrong alone`;
    }
  };
  return {
    name: `${measure} by feedback`,
    harm: `more than ${say(tolerance)}`,
    gate: gate === null ? null : say(gate),
  };
}

function sayPoints(share: number): string {
  const points = exactly(100 * share);
  return points === '1' ? '1 point' : `${points} points`;
}

/** As the file has it: what was set is no estimate, and is not rounded to two digits. */
function exactly(value: number): string {
  return String(Number(value.toPrecision(6)));
}
