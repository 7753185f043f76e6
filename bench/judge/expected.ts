/**
 * Percent: its digits say to what it is rounded. Those of the last table are all taken to be exact to a
 * tenth, as most of them are written.
 */
type Percent = `${number}`;

/** What one row of STATISTICS.md says; medians in requests. */
export interface Expectation {
  readonly rolledBack?: Percent;
  readonly promoted?: Percent;
  readonly inconclusive?: Percent;
  readonly rollBackAt?: number;
  readonly promoteAt?: number;
  /** Of the roll-back's requests, the canary's. */
  readonly canaryAt?: number;
}

/** "What a right implementation shows", in the order of the scenarios. */
export const expectations: readonly Expectation[] = [
  { rolledBack: '0.0', promoted: '96.6', inconclusive: '3.4', promoteAt: 16_400 },
  { rolledBack: '0.0', promoted: '95.4', inconclusive: '4.6', promoteAt: 14_800 },
  { rolledBack: '0.2', promoted: '96.6', inconclusive: '3.3', promoteAt: 16_400 },
  { rolledBack: '1.4', promoted: '83.4', inconclusive: '15.2', promoteAt: 18_200 },
  { rolledBack: '0.3', promoted: '94.3', inconclusive: '5.5', promoteAt: 17_600 },
  { rolledBack: '99.8', promoted: '0.3', inconclusive: '0.0', rollBackAt: 10_600 },
  { rolledBack: '100.0', promoted: '0.0', inconclusive: '0.0', rollBackAt: 3000, canaryAt: 297 },
  { rolledBack: '100.0', promoted: '0.0', inconclusive: '0.0', rollBackAt: 600, canaryAt: 61 },
  { rolledBack: '100.0', promoted: '0.0', inconclusive: '0.0', rollBackAt: 11_000 },
  { rolledBack: '50.0', promoted: '0.0', inconclusive: '50.0', rollBackAt: 18_900 },
  { rolledBack: '100.0', promoted: '0.0', inconclusive: '0.0', rollBackAt: 6200, canaryAt: 938 },
  { rolledBack: '100.0', promoted: '0.0', inconclusive: '0.0', rollBackAt: 2000, canaryAt: 191 },
];

/** With all tolerances 0, of the scenarios without harm. */
export const strictExpectations: readonly Expectation[] = [
  { rolledBack: '0.9' },
  { rolledBack: '0.4' },
  { rolledBack: '2.4' },
  { rolledBack: '3.8' },
];

/** One row of the page's first table; the median in requests. */
export interface ComparisonExpectation {
  readonly falseAlarms: Percent;
  readonly falseAlarmsWhileChanging?: Percent;
  readonly foundAfter?: number;
}

/** "Why this design", in the order of the detectors, and the engine after them. */
export const comparisonExpectations: readonly ComparisonExpectation[] = [
  { falseAlarms: '55', falseAlarmsWhileChanging: '100', foundAfter: 1200 },
  { falseAlarms: '20', falseAlarmsWhileChanging: '100', foundAfter: 400 },
  { falseAlarms: '22', falseAlarmsWhileChanging: '100', foundAfter: 300 },
  { falseAlarms: '27' },
  { falseAlarms: '93' },
  { falseAlarms: '1.5', falseAlarmsWhileChanging: '2', foundAfter: 1100 },
];
