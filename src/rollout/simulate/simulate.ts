import type { EventLog } from '../../store/event-log.js';
import { Choices } from './choices.js';
import type { Violation } from './invariant.js';
import { randomScenario, type Scenario } from './scenario.js';
import { Simulation } from './simulation.js';

/** What one simulated rollout came to. */
export interface Simulated {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Where it ended, such as `promoted`. */
  readonly end: string;
  readonly crashes: number;
  /** The faults that happened, by name. */
  readonly faults: readonly string[];
  /** The events that a server was told again, by name. */
  readonly repeats: readonly string[];
  /** How many chances for a crash there were. */
  readonly crashPoints: number;
  readonly events: number;
  /** What happened, line by line; only kept where it is asked for. */
  readonly history: readonly string[];
}

export interface SimulateOptions {
  /** Makes an empty log. */
  readonly newLog: () => EventLog;
  readonly muted?: ReadonlySet<string>;
  /** Instead of the random one of the seed. */
  readonly scenario?: Scenario;
  readonly keepsHistory?: boolean;
  /** Crash at this chance for one, counted from 1, and at no other. */
  readonly crashPoint?: number;
}

/** Simulates one rollout; the same seed and options always give the same. */
export async function simulate(seed: number, options: SimulateOptions): Promise<Simulated> {
  const choices = new Choices(seed, options.muted);
  const simulation = new Simulation(
    options.scenario ?? randomScenario(choices),
    choices,
    options.newLog(),
    settled,
    options.keepsHistory ?? false,
    options.crashPoint,
  );
  await simulation.run();
  const { watcher, crashes, crashPoints, events, history, repeated } = simulation;
  return {
    seed,
    violations: watcher.violations,
    end: events.length === 0 ? 'never begun' : simulation.state.phase.kind,
    crashes,
    faults: choices.happened,
    repeats: repeated.met,
    crashPoints,
    events: events.length,
    history,
  };
}

let nextTurn: Promise<void> | undefined;

/**
 * Resolves when all promises that can go on by themselves have. Simulations that run side by side
 * share the turn: it costs more than what most of them do in it.
 */
function settled(): Promise<void> {
  nextTurn ??= new Promise((resolve) => {
    setImmediate(() => {
      nextTurn = undefined;
      resolve();
    });
  });
  return nextTurn;
}
