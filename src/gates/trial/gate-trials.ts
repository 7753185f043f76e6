import { toSerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { GateAnswer, OfRollout } from '../../rollout/ports.js';
import { gateName, type Gate } from '../../rollout/strategy/gate.js';
import type { Strategy } from '../../rollout/strategy/strategy.js';
import type { BuiltInGate, RunBuiltInGate } from '../ask/asked-gates.js';
import { afterTimeLimit } from '../ask/time-limit.js';
import { inSeconds } from '../ask/reason.js';
import type { KeepReport } from '../in-rollout/answer-of-report.js';
import type { Report } from '../report/report.js';

/** How far a gate has come that is tried before its rollout begins. */
export interface TriedGate {
  readonly name: string;
  readonly state:
    | 'waiting'
    | 'running'
    | 'passed'
    | 'failed'
    /** Outside this server: it is asked once, when the rollout begins. */
    | 'at-start';
  /** What it does now, or what it answered. */
  readonly words: string;
  /** 0 to 1. */
  readonly done: number;
  readonly report: Report | undefined;
}

/** Serin's own gates, made so that their reports come to whoever tries them. */
export type GatesToTry = (keep: KeepReport) => ReadonlyMap<BuiltInGate['name'], RunBuiltInGate>;

type Tell = (tried: TriedGate) => void;

/**
 * Tries the gates of a strategy before anything is started, one after the other. A rollout stops at
 * the first that fails; here all are tried, so that a person sees everything at once.
 * @param tell is told of every gate by its number, whenever something of it changes
 * @throws whatever `signal` aborts with
 */
export async function tryGates(
  strategy: Strategy,
  gatesToTry: GatesToTry,
  tell: (index: number, tried: TriedGate) => void,
  signal: AbortSignal,
): Promise<void> {
  const { gates } = strategy;
  gates.forEach((gate, i) => tell(i, untried(gate)));
  for (const [i, gate] of gates.entries()) {
    signal.throwIfAborted();
    if (gate.kind !== 'built-in') continue;
    await tryGate(strategy, gate, gatesToTry, (tried) => tell(i, tried), signal);
  }
}

function untried(gate: Gate): TriedGate {
  const tried = { name: gateName(gate), done: 0, report: undefined };
  return gate.kind === 'built-in'
    ? { ...tried, state: 'waiting', words: 'waits for those before it' }
    : { ...tried, state: 'at-start', words: 'is asked when the rollout begins' };
}

async function tryGate(
  strategy: Strategy,
  gate: BuiltInGate,
  gatesToTry: GatesToTry,
  tell: Tell,
  signal: AbortSignal,
): Promise<void> {
  let report: Report | undefined;
  const name = gateName(gate);
  const run = gatesToTry((_of, made) => (report = made)).get(gate.name);
  const running = (words: string, done: number): TriedGate => ({
    name,
    state: 'running',
    words,
    done,
    report: undefined,
  });
  tell(running('begins', 0));
  // No rollout has this id: it only stands for one that may begin.
  const of: OfRollout = { rolloutId: 'trial' as RolloutId, strategy };
  const answer = await answerInTime(gate, signal, async (ending): Promise<GateAnswer> => {
    if (run === undefined) return { passed: false, reason: 'this server has no such gate' };
    return run(of, gate, ending, (doing, done) => tell(running(doing, done)));
  });
  signal.throwIfAborted();
  const state = answer.passed ? 'passed' : 'failed';
  tell({ name, state, words: answer.reason, done: 1, report });
}

/** What could not be carried out is told, as there is nobody who would try it again. */
async function answerInTime(
  { timeoutMs }: BuiltInGate,
  signal: AbortSignal,
  run: (ending: AbortSignal) => Promise<GateAnswer>,
): Promise<GateAnswer> {
  const late = new AbortController();
  const cancel = afterTimeLimit(timeoutMs, () => late.abort());
  try {
    return await run(AbortSignal.any([signal, late.signal]));
  } catch (thrown) {
    if (late.signal.aborted) return { passed: false, reason: tookTooLong(timeoutMs) };
    const { message, advice } = toSerinError(thrown);
    return { passed: false, reason: `could not be carried out: ${message}. ${advice}` };
  } finally {
    cancel();
  }
}

function tookTooLong(timeoutMs: number): string {
  return `took longer than ${inSeconds(timeoutMs)}`;
}
