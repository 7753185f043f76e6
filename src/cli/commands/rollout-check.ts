import { Command } from 'commander';
import { describeStrategy, type StrategyDescription } from '../../config/describe-strategy.js';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import type { Problem } from '../../config/problem.js';
import { writeTime } from '../../config/units.js';
import { toSerinError, type SerinError } from '../../domain/errors.js';
import { print } from '../options.js';
import { readTextFile } from '../read-text-file.js';

/** serin rollout check */
export function rolloutCheckCommand(): Command {
  return new Command('check')
    .description(
      'Say what a rollout file would do, in words and minutes, or what is wrong with it.',
    )
    .argument('<file>', 'serin.yaml')
    .option('--rps <number>', 'requests a second, to tell how long the steps take', Number)
    .option('--json', 'answer for machines')
    .addHelpText('after', '\nExample:\n  $ serin rollout check serin.yaml --rps 50')
    .action((file: string, { rps, json }: { rps?: number; json?: boolean }) => {
      try {
        const described = describeStrategy(parseSerinYaml(readTextFile(file), file), rps);
        print(described, json, () => renderDescription(described));
      } catch (thrown) {
        const error = toSerinError(thrown);
        if (error.code !== 'config-invalid' || json === true) throw error;
        process.stderr.write(`${renderProblems(error)}\n`);
        process.exitCode = 1;
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

/** One line a problem, in the form that editors and terminals make links of. */
function renderProblems({ words }: SerinError): string {
  const problems = (words.fields?.['problems'] ?? []) as readonly Problem[];
  return problems.map(({ message }) => message).join('\n');
}
