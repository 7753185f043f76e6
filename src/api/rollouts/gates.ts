import type { Rollout } from '../../rollout/machine/state.js';
import { gateName } from '../../rollout/strategy/gate.js';
import type { RolloutBody } from '../contract/rollouts.js';
import type { Happening } from './histories.js';

/** What a gate before any traffic answered in the present attempt. */
interface Answered {
  readonly state: 'passed' | 'failed';
  readonly reason: string;
  /** When it was asked, in milliseconds since 1970. */
  readonly askedAtMs: number;
}

/**
 * What became of the gates before any traffic, as the history has it.
 * @param reports when the newest report of each gate was begun, in milliseconds since 1970; one of
 * an earlier attempt says nothing of this one
 */
export function gatesOf(
  { id, strategy, phase, attempt }: Rollout,
  history: readonly Happening[],
  reports: ReadonlyMap<string, number>,
): RolloutBody['gates'] {
  const answers = answersIn(history, attempt);
  const unloadableSinceMs = unloadableIn(history, attempt);
  const running = phase.kind === 'preparing' ? phase.gate : undefined;
  const reportSince = (name: string, sinceMs: number): string | null =>
    (reports.get(name) ?? -Infinity) >= sinceMs ? `/api/v1/rollouts/${id}/reports/${name}` : null;
  return strategy.gates.map((gate, index) => {
    const name = gateName(gate);
    const answered = answers.get(index);
    if (answered === undefined) {
      const unanswered = phase.kind === 'preparing' ? 'coming' : 'not-asked';
      const state = index === running ? 'running' : unanswered;
      const report = unloadableSinceMs === undefined ? null : reportSince(name, unloadableSinceMs);
      return { name, state, reason: report === null ? null : unloadable, report };
    }
    const { state, reason, askedAtMs } = answered;
    return { name, state, reason, report: reportSince(name, askedAtMs) };
  });
}

const unloadable = 'The canary could not be loaded; what this gate finds in it is in the report.';

/** By the gate's place in the strategy. */
function answersIn(history: readonly Happening[], attempt: number): ReadonlyMap<number, Answered> {
  const answers = new Map<number, Answered>();
  let askedAtMs = 0;
  for (const { event, before, after } of history) {
    const asked = before?.phase;
    // An event that did not fit has changed nothing.
    if (after !== before && asked?.kind === 'preparing' && asked.gate !== undefined) {
      const answer = before?.attempt === attempt ? answerOf(event) : undefined;
      if (answer !== undefined) answers.set(asked.gate, { ...answer, askedAtMs });
    }
    if (after.phase !== asked) askedAtMs = after.clockMs;
  }
  return answers;
}

/**
 * When the attempt began whose canary could not be loaded: it is examined all the same
 * (rollout/live/validate-unloadable.ts), though no gate was asked.
 */
function unloadableIn(history: readonly Happening[], attempt: number): number | undefined {
  const ofAttempt = history.filter(({ after }) => after.attempt === attempt);
  const isUnloadable = ofAttempt.some(({ event }) => event.type === 'canary-failed-to-load');
  return isUnloadable ? ofAttempt[0]?.after.clockMs : undefined;
}

/** A gate that could not be carried out has failed as well as one that said no. */
function answerOf(event: Happening['event']): Pick<Answered, 'state' | 'reason'> | undefined {
  if (event.type === 'gate-passed') return { state: 'passed', reason: event.reason };
  if (event.type === 'gate-failed' || event.type === 'effect-failed') {
    return { state: 'failed', reason: event.reason };
  }
  return undefined;
}
