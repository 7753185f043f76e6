import type { SimulatedOutcome } from './simulate-rollout.js';

/** How often, and when, simulated rollouts ended one way. */
export interface OutcomeShare {
  /** 0 to 1. */
  readonly share: number;
  /** Of a share of so many runs: √(p(1 − p)/n). */
  readonly standardError: number;
  /** Medians over the runs that ended so; absent where none did. */
  readonly medianRequests?: number;
  readonly medianCanaryRequests?: number;
}

/** One row of the table: how the runs of one scenario ended. */
export interface SimulationRow {
  readonly scenario: string;
  readonly runs: number;
  readonly rolledBack: OutcomeShare;
  readonly promoted: OutcomeShare;
  readonly inconclusive: OutcomeShare;
}

/** Counts the outcomes of a scenario's runs. */
export function simulationRow(
  scenario: string,
  outcomes: readonly SimulatedOutcome[],
): SimulationRow {
  return {
    scenario,
    runs: outcomes.length,
    rolledBack: shareOf(outcomes, 'rolled-back'),
    promoted: shareOf(outcomes, 'promoted'),
    inconclusive: shareOf(outcomes, 'inconclusive'),
  };
}

/** The middle of a list, the upper one of two; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function shareOf(
  outcomes: readonly SimulatedOutcome[],
  wanted: SimulatedOutcome['outcome'],
): OutcomeShare {
  const such = outcomes.filter(({ outcome }) => outcome === wanted);
  const share = outcomes.length === 0 ? 0 : such.length / outcomes.length;
  const medianRequests = median(such.map(({ requests }) => requests));
  const medianCanaryRequests = median(such.map(({ canaryRequests }) => canaryRequests));
  return {
    share,
    standardError: Math.sqrt((share * (1 - share)) / Math.max(1, outcomes.length)),
    ...(medianRequests === undefined ? {} : { medianRequests }),
    ...(medianCanaryRequests === undefined ? {} : { medianCanaryRequests }),
  };
}
