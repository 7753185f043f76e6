import { defaultJudgeSettings } from '../analysis/judge-settings.js';
import { describeGate } from './gates/describe-gate.js';
import { artefactName } from '../rollout/strategy/artefact-name.js';
import { gateName } from '../rollout/strategy/gate.js';
import { isHeld, type HeldStep, type Step } from '../rollout/strategy/step.js';
import { OnHarm, RouterKind, type Strategy } from '../rollout/strategy/strategy.js';
import { mustBeSafeToLeave, weightSteps } from '../rollout/strategy/weights.js';
import { checkSentences } from './describe-checks.js';
import { writeTime } from './units.js';

const safeAfter = defaultJudgeSettings.promoteAfterRequests.toLocaleString('en');

/** What a strategy would do, for people. */
export interface StrategyDescription {
  /** In the order in which it happens. */
  readonly sentences: readonly string[];
  /** What will surprise: a step that cannot be served in its time, for instance. */
  readonly warnings: readonly string[];
  /** The shortest time from the first traffic to promotion, without pauses and gates. */
  readonly atLeastMs: number;
  /** The longest time until the last `onUndecided` has decided, without pauses and gates. */
  readonly atMostMs: number;
}

/**
 * Says in plain sentences what a strategy would do.
 * @param trafficPerSecond requests a second of the model; with it, the time that each step's
 * requests take is part of the answer
 */
export function describeStrategy(
  strategy: Strategy,
  trafficPerSecond?: number,
): StrategyDescription {
  const traffic = trafficPerSecond !== undefined && trafficPerSecond > 0 ? trafficPerSecond : 0;
  const held = strategy.steps.filter((step) => isHeld(step));
  const shortest = strategy.steps.map((step, index) =>
    isHeld(step)
      ? Math.min(
          step.hold.maxMs,
          Math.max(shortestMs(step, traffic), judgedInMs(strategy, index, traffic) ?? 0),
        )
      : 0,
  );
  return {
    sentences: [
      armsSentence(strategy),
      preparingSentence(strategy),
      ...strategy.steps.map(
        (step, index) => `Step ${index + 1}: ${stepSentence(strategy, index, step, traffic)}`,
      ),
      ...checkSentences(strategy),
      ...unseenSentence(strategy),
      ...endSentences(strategy),
    ],
    warnings: warningsOf(strategy, traffic),
    atLeastMs: sum(shortest) + (strategy.holdback?.forMs ?? 0),
    atMostMs: sum(held.map(({ hold }) => hold.maxMs)) + (strategy.holdback?.forMs ?? 0),
  };
}

function armsSentence({ model, stable, canary, router, sticky }: Strategy): string {
  const stickiness =
    sticky === undefined
      ? 'each request is drawn independently'
      : `the ${sticky.from} ${sticky.name} keeps each user on one arm`;
  return `${model}: tries ${artefactName(canary)} against ${artefactName(stable)}, split by ${router}; ${stickiness}.`;
}

function preparingSentence({ gates }: Strategy): string {
  const names = gates.map(describeGate).join(', then ');
  const afterwards = names === '' ? '' : `; then the gates: ${names}`;
  return `First loads the canary and warms it up${afterwards}. No user is touched by a failure here.`;
}

function stepSentence(strategy: Strategy, index: number, step: Step, traffic: number): string {
  switch (step.kind) {
    case 'shadow': {
      const share = step.percent === 100 ? 'every request' : `${step.percent}% of the requests`;
      const compared =
        strategy.router === RouterKind.Nginx
          ? '; of the answers, time and status are compared'
          : '';
      return `copies ${share} to the canary and shows no user its answers, ${holdWords(step, traffic)}${compared}.`;
    }
    case 'weight': {
      const needs = mustBeSafeToLeave(strategy, index)
        ? `goes on only when the judge has found the canary safe${judgedWords(strategy, index)}`
        : 'goes on when nothing leans to harm';
      return `${step.weight}% of the traffic, ${holdWords(step, traffic)}; ${needs}; if still undecided then, ${undecidedWords(step)}.`;
    }
    case 'pause':
      return `waits for a person: ${step.reason}.`;
    case 'gate':
      return `waits for the gate ${gateName(step.gate)}, at most ${writeTime(step.gate.timeoutMs)}; rolls back if it fails.`;
  }
}

function holdWords(step: HeldStep, traffic: number): string {
  const { minMs, maxMs, requests } = step.hold;
  const requestsMs = servedInMs(step, traffic);
  const about = requestsMs === undefined ? '' : ` (about ${writeTime(requestsMs)})`;
  return `for at least ${writeTime(minMs)} and ${requests} requests of the canary${about}, at most ${writeTime(maxMs)}`;
}

function undecidedWords({ onUndecided }: HeldStep): string {
  switch (onUndecided) {
    case 'pause':
      return 'pauses for a person';
    case 'promote':
      return 'goes on anyway, unless something leans to harm or cannot be measured';
    case 'rollback':
      return 'rolls back';
  }
}

function unseenSentence({ router }: Strategy): string[] {
  return router === RouterKind.Nginx
    ? [
        'Does not compare what the answers say, neither of users nor of copies: NGINX logs no body. Feedback can (checks: { feedback: { measure: score } }).',
      ]
    : [];
}

function endSentences(strategy: Strategy): string[] {
  const { holdback, keepWarmMs, coolDownMs, fastFail, onHarm, router } = strategy;
  const waits = onHarm === OnHarm.Pause;
  const acts = waits ? 'Pauses for a person, with the weight as it is,' : 'Rolls back';
  const refused = waits
    ? `A canary that somebody rolls back is refused for ${writeTime(coolDownMs)}.`
    : `The same canary is then refused for ${writeTime(coolDownMs)}.`;
  const notANumber = router === RouterKind.Nginx ? '' : ', an output that is not a number';
  const memory =
    fastFail.memoryBytes === undefined
      ? ''
      : `, or more than ${Math.round(fastFail.memoryBytes / 2 ** 20)} MiB of memory`;
  return [
    ...(holdback === undefined
      ? []
      : [
          `Then keeps ${holdback.percent}% on the old stable for ${writeTime(holdback.forMs)}, and still ${waits ? 'pauses' : 'rolls back'} on harm.`,
        ]),
    `Then promotes: the canary becomes stable, and the old stable stays loaded for ${writeTime(keepWarmMs)}, so that one command goes back.`,
    `${acts} at once on a crash, ${fastFail.consecutiveErrors} failures in a row${notANumber}${memory}; and on harm that the judge finds, at any step. ${refused}`,
  ];
}

function warningsOf(strategy: Strategy, traffic: number): string[] {
  const warnings = strategy.steps.flatMap((step, index) => {
    const neededMs = isHeld(step) ? servedInMs(step, traffic) : undefined;
    return neededMs === undefined || !isHeld(step) || neededMs <= step.hold.maxMs
      ? []
      : [
          `Step ${index + 1} needs about ${writeTime(neededMs)} for its ${step.hold.requests} requests, and ends undecided after ${writeTime(step.hold.maxMs)}: fewer requests, or a longer max.`,
        ];
  });
  for (const [index, step] of strategy.steps.entries()) {
    const neededMs = judgedInMs(strategy, index, traffic);
    if (neededMs === undefined || !isHeld(step) || neededMs <= step.hold.maxMs) continue;
    warnings.push(
      `Step ${index + 1} ends undecided after ${writeTime(step.hold.maxMs)}: the judge finds no canary safe before it has seen ${safeAfter} requests of both arms, which take about ${writeTime(neededMs)}. A longer max lets it be promoted.`,
    );
  }
  if (weightSteps(strategy)[0]?.weight === 100) {
    warnings.push(
      'The only weight is 100%: nothing is left to compare the canary with, so it can never be found safe.',
    );
  }
  return warnings;
}

/** How long this traffic takes to bring the step's requests; undefined where it is not known. */
function servedInMs(step: HeldStep, traffic: number): number | undefined {
  if (traffic === 0) return undefined;
  const percent = step.kind === 'shadow' ? step.percent : step.weight;
  return (step.hold.requests / (traffic * (percent / 100))) * 1_000;
}

function judgedWords(strategy: Strategy, index: number): string {
  return isComparedToBeSafe(strategy, index) ? `, after ${safeAfter} requests of both arms` : '';
}

/** How long this traffic takes to bring what the judge needs to find a canary safe. */
function judgedInMs(strategy: Strategy, index: number, traffic: number): number | undefined {
  if (traffic === 0 || !isComparedToBeSafe(strategy, index)) return undefined;
  return (defaultJudgeSettings.promoteAfterRequests / traffic) * 1_000;
}

/** At 100% there is nothing to compare with any more: it was found safe before. */
function isComparedToBeSafe(strategy: Strategy, index: number): boolean {
  const step = strategy.steps[index];
  return step?.kind === 'weight' && step.weight < 100 && mustBeSafeToLeave(strategy, index);
}

function shortestMs(step: HeldStep, traffic: number): number {
  return Math.max(step.hold.minMs, servedInMs(step, traffic) ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
