import { InvalidArgumentError, Option, type Command } from 'commander';
import type { OpenLoad } from '../../gates/loadtest/plan.js';
import { defaultErrors } from '../../gates/loadtest/thresholds/limit-errors.js';
import {
  collectThresholds,
  parsePositive,
  parseRate,
  type LoadOptions,
} from '../loadtest/loadtest-options.js';
import { parseCount, parseDurationMs, parseSequence } from '../units.js';

/** What the command line, or the environment, says of a pipeline. */
export interface CiOptions extends Pick<LoadOptions, 'users' | 'spawnRate' | 'duration'> {
  readonly folder: string;
  readonly file?: string;
  readonly buildArg?: readonly string[];
  readonly model?: string;
  readonly against?: string;
  readonly image?: string;
  readonly rollout: string;
  readonly server?: string;
  readonly port?: number;
  readonly deadline: number;
  readonly path: string;
  readonly inputs?: string;
  readonly rate?: OpenLoad;
  readonly threshold?: readonly string[];
  readonly first?: boolean;
  readonly keep?: number;
  readonly timeout?: number;
  readonly why?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly json?: boolean;
}

export const ciExitCodeHelp =
  'Exit codes: 0 all passed, 1 a stage failed, 2 the canary was rolled back, 3 the rollout waits for\n' +
  'a person or --timeout, 4 the rollout failed before any traffic, 5 it was aborted.';

/**
 * The options of the pipeline and of each of its stages. They are the same for all, and all of them
 * can stand in the environment: what a stage did counts for the next one only where both were told
 * the same.
 */
export function withCiOptions(command: Command): Command {
  return command
    .addOption(named('--folder <folder>', 'with the Dockerfile: what is built').default('.'))
    .addOption(
      named('--file <Dockerfile>', 'in this folder (Dockerfile; for models/, Serin has one)'),
    )
    .addOption(
      named('--build-arg <NAME=value>', 'of the Dockerfile; may be repeated').argParser(
        collectBuildArgs,
      ),
    )
    .addOption(named('--model <path>', '.onnx file or its folder (model.onnx in --folder)'))
    .addOption(named('--against <path>', 'the model to validate it against: stable'))
    .addOption(
      new Option(
        '--image <name>',
        'to build (REGISTRY, IMAGE_NAME and IMAGE_TAG, or the canary of --rollout)',
      ),
    )
    .addOption(named('--rollout <file>', 'how the canary is rolled out').default('serin.yaml'))
    .addOption(new Option('--server <address>', 'Serin, which rolls it out').env('SERIN_URL'))
    .addOption(
      named('--port <n>', 'of the container under test; 0: any (7011, 7012, or any)').argParser(
        parseSequence,
      ),
    )
    .addOption(
      named('--deadline <time>', 'until it has to be healthy')
        .argParser(parseDurationMs)
        .default(60_000, '60s'),
    )
    .addOption(named('--path <path>', 'that predictions are asked at').default('/predict'))
    .addOption(named('--inputs <path>', 'what is sent: requests, or a model (that of --model)'))
    .addOption(named('--users <n>', 'of the load test (10)').argParser(parseCount))
    .addOption(
      named('--spawn-rate <n>', 'users who begin in a second (2)').argParser(parsePositive),
    )
    .addOption(named('--rate <n or n..m>', 'requests a second, instead').argParser(parseRate))
    .addOption(
      named('--duration <time>', 'of the load test')
        .argParser(parseDurationMs)
        .default(30_000, '30s'),
    )
    .addOption(
      named(
        '--threshold <limits>',
        `p99<200ms, errors<5; may be repeated (${defaultErrors})`,
      ).argParser(collectThresholds),
    )
    .addOption(named('--first', 'make it stable without a canary where there is no stable yet'))
    .addOption(
      named('--keep <n>', 'delete all canaries in the registry but the newest').argParser(
        parseSequence,
      ),
    )
    .addOption(
      named('--timeout <time>', 'stop waiting for the rollout, which goes on').argParser(
        parseDurationMs,
      ),
    )
    .addOption(named('--why <text>', 'for the audit log'))
    .addOption(named('--junit <file>', 'write a report for CI'))
    .addOption(named('--markdown <file>', 'write a report for a pull request'))
    .option('--json', 'answer for machines');
}

/** In the environment there is one a line. */
function collectBuildArgs(text: string, before: readonly string[] = []): readonly string[] {
  const args = text.split('\n').filter((line) => line !== '');
  if (args.every((arg) => /^\w+=/.test(arg))) return [...before, ...args];
  throw new InvalidArgumentError('Expected NAME=value.');
}

/** An option that the environment can say, too: SERIN_CI_SPAWN_RATE. */
function named(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.env(`SERIN_CI_${option.name().replaceAll('-', '_').toUpperCase()}`);
}
