import { Command } from 'commander';
import type { StrategyDescription } from '../../../config/describe-strategy.js';
import { writeTime } from '../../../config/units.js';
import { print } from '../../options.js';
import { readTextFile } from '../../read-text-file.js';
import { reportProblems } from '../../report-problems.js';
import { parsePositive } from '../../units.js';

/** serin rollout check */
export function rolloutCheckCommand(): Command {
  return new Command('check')
    .description(
      'Say what a rollout file would do, in words and minutes, or what is wrong with it.',
    )
    .argument('<file>', 'serin.yaml')
    .option('--rps <number>', 'requests a second, to tell how long the steps take', parsePositive)
    .option('--json', 'answer for machines')
    .addHelpText('after', '\nExample:\n  $ serin rollout check serin.yaml --rps 50')
    .action(async (file: string, { rps, json }: { rps?: number; json?: boolean }) => {
      // Most of what `serin rollout` would read, and of no use to those who ask a server.
      const { describeStrategy } = await import('../../../config/describe-strategy.js');
      const { parseSerinYaml } = await import('../../../config/parse-serin-yaml.js');
      try {
        const described = describeStrategy(parseSerinYaml(readTextFile(file), file), rps);
        print(described, json, () => renderDescription(described));
      } catch (thrown) {
        reportProblems(thrown, json === true);
      }
    });
}

function renderDescription({
  sentences,
  warnings,
  atLeastMs,
  atMostMs,
}: StrategyDescription): string {
  return [
    ...sentences,
    '',
    `From the first traffic to promotion: ${writeTime(atLeastMs)} at least, ${writeTime(atMostMs)} at most.`,
    ...warnings.map((warning) => `! ${warning}`),
  ].join('\n');
}
