import {
  countFalseAlarms,
  type FalseAlarms,
  type SplitOutcome,
} from '../../analysis/replay/false-alarms.js';
import { Arm } from '../../domain/arm.js';
import { readRecorded } from '../../observing/recorded/read-recorded.js';
import { drawProgress } from '../progress.js';
import { renderTable } from '../render/table.js';
import type { FalseAlarmWork } from './false-alarm-worker.js';
import { settingsFor, type JudgeOptions } from './judge-options.js';
import { runInParallel } from './run-in-parallel.js';

/** Where nothing else is asked for: R1's share. */
const usualPercent = 10;

/** Splits recorded stable traffic in two, again and again, and counts how often that alarms. */
export async function falseAlarmsOfFile(file: string, options: JudgeOptions): Promise<FalseAlarms> {
  const recorded = await readRecorded(file, options.output);
  const stable = recorded
    .map(({ observation }) => observation)
    .filter(({ arm }) => arm === Arm.Stable);
  const share = (options.weight ?? usualPercent) / 100;
  const shared: FalseAlarmWork = { stable, share, settings: settingsFor(recorded, options) };
  const seeds = Array.from({ length: options.runs }, (_, index) => options.seed + index);
  const outcomes = await runInParallel<SplitOutcome>(seeds, {
    worker: new URL('./false-alarm-worker.js', import.meta.url),
    shared,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    onDone: (done, of) => {
      drawProgress(done / of, `split ${done} of ${of}`);
    },
  });
  return countFalseAlarms(outcomes);
}

export function renderFalseAlarms(found: FalseAlarms, alpha: number): string {
  const { splits, alarms, promotable, rate, interval95, byCheck } = found;
  const [low, high] = interval95.map((bound) => (100 * bound).toFixed(1));
  const rows = Object.entries(byCheck).map(([check, count]) => [check, String(count)]);
  const isFine = interval95[0] <= alpha;
  return [
    `${alarms} of ${splits} splits of your own traffic alarmed: ${(100 * rate).toFixed(1)}% (95%: ${low}% to ${high}%).`,
    isFine
      ? `That is within the ${100 * alpha}% that alpha allows.`
      : `That is more than the ${100 * alpha}% that alpha allows: your traffic is not what the checks assume (requests of one user that belong together, perhaps: record their key).`,
    `${promotable} of ${splits} ended with enough evidence to promote.`,
    ...(rows.length === 0 ? [] : ['', renderTable(['check', 'crossed its line'], rows)]),
  ].join('\n');
}
