import { Command, Option } from 'commander';
import { SerinError } from '../../domain/errors.js';
import type { LoadTestResult } from '../../gates/loadtest/results/load-test-result.js';
import { connectionsOf } from '../../gates/loadtest/gate-plan.js';
import { loadTest } from '../../gates/loadtest/load-test.js';
import { reportOfLoadTest } from '../../gates/loadtest/report/to-report.js';
import { defaultErrors } from '../../gates/loadtest/thresholds/limit-errors.js';
import { keptFormats } from '../../gates/report/kept-report.js';
import {
  collectHeader,
  collectThresholds,
  parsePositive,
  parseRate,
  parseThink,
  planOf,
  type LoadOptions,
} from '../loadtest/loadtest-options.js';
import { GateExit, exitAsGate, exitWithResult, gateExitHelp } from '../gate-command.js';
import {
  isForMachines,
  withReportOptions,
  type ReportOptions,
} from '../gate-report/report-options.js';
import { writeReport } from '../gate-report/write-report.js';
import { progressShower } from '../loadtest/show-progress.js';
import { readTextFile } from '../read-text-file.js';
import { parseCount, parseDurationMs } from '../units.js';

interface Options extends LoadOptions, ReportOptions {
  readonly against?: string;
  readonly inputs?: string;
  readonly model?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly answerSchema?: string;
  readonly connections?: number;
}

/** serin loadtest */
export function loadtestCommand(): Command {
  const command = exitAsGate(new Command('loadtest'))
    .description(
      'Load a server with predictions, check every answer, and fail where a threshold is not kept.',
    )
    .argument('<url>', 'what to test, such as http://127.0.0.1:8080/predict')
    .option('--against <url>', 'compare with this one (stable), in the same run')
    .option(
      '--rate <n or n..m>',
      'open loop: requests a second that arrive whether or not others are answered',
      parseRate,
    )
    .option('--users <n>', 'closed loop: users who wait for their answer (default: 10)', parseCount)
    .option('--spawn-rate <n>', 'users who begin in a second (default: 2)', parsePositive)
    .option('--think <time or t..u>', 'what a user waits between requests', parseThink)
    .addOption(time('--duration <time>', 'of the measurement').default(30_000, '30s'))
    .addOption(time('--warm-up <time>', 'before the measurement, not counted').default(2_000, '2s'))
    .addOption(time('--timeout <time>', 'until a request is given up').default(10_000, '10s'))
    .option(
      '--threshold <limits>',
      `p99<50ms, mean<10ms, max<1s, errors<0.1%, errors<5, rps>500; with commas, or repeated (default: ${defaultErrors})`,
      collectThresholds,
    )
    .option('--no-early-stop', 'measure to the end, also where it cannot pass any more')
    .option(
      '--inputs <path>',
      'requests (JSON lines, JSON, HAR), or a model: its folder or .onnx file',
    )
    .option('--model <name>', 'the model at the server, to make up inputs for')
    .option('--header <line>', 'added to every request; may be repeated', collectHeader)
    .option('--answer-schema <file>', 'a JSON Schema that every answer has to fit')
    .option(
      '--connections <n>',
      'at most so many at once (default: one a user, or 512)',
      parseCount,
    )
    .option('--seed <n>', 'of made-up inputs and think times', parseCount, 1)
    .addHelpText(
      'after',
      gateExitHelp +
        '\nExamples:\n' +
        '  $ serin loadtest http://127.0.0.1:8080/predict --rate 200 --threshold "p99<50ms, errors<0.1%"\n' +
        '  $ serin loadtest http://127.0.0.1:9001/predict --against http://127.0.0.1:9000/predict \\\n' +
        '      --rate 100 --inputs rows.jsonl --html report.html',
    )
    .action((url: string, options: Options) =>
      exitWithResult(isForMachines(options), () => test(url, options)),
    );
  return withReportOptions(command, keptFormats);
}

/** @returns whether it passed; interrupted, it reports what it has measured until then */
async function test(url: string, options: Options): Promise<boolean | typeof GateExit.Interrupted> {
  const plan = planOf(options);
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  // Once: whoever asks again does not want to wait for the report.
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const { show, end } = progressShower();
  let result: LoadTestResult;
  try {
    result = await loadTest({
      url,
      against: options.against,
      plan,
      inputs: options.inputs,
      model: options.model,
      headers: options.header ?? {},
      seed: options.seed,
      connections: options.connections ?? connectionsOf(plan),
      answerSchema: schemaIn(options.answerSchema),
      onProgress: show,
      signal: interrupt.signal,
    });
  } finally {
    end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  const report = reportOfLoadTest(result);
  writeReport({ ...report, result }, options, url);
  return interrupt.signal.aborted ? GateExit.Interrupted : report.passed;
}

function time(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseDurationMs);
}

function schemaIn(file: string | undefined): { schema: unknown; file: string } | undefined {
  if (file === undefined) return undefined;
  try {
    return { schema: JSON.parse(readTextFile(file)), file };
  } catch (cause) {
    if (cause instanceof SerinError) throw cause;
    throw new SerinError('usage', { expected: `JSON in ${file}`, found: String(cause), cause });
  }
}
