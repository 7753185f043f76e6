import path from 'node:path';
import { Command, Option } from 'commander';
import { reportFormats } from '../../gates/report/formats.js';
import type { ExpectedValue, Expectations } from '../../gates/validate/expectations.js';
import { locateModel } from '../../gates/validate/locate-model.js';
import { profiles, type Profile } from '../../gates/validate/profile.js';
import { validateModel } from '../../gates/validate/validate-model.js';
import { startModelProcess } from '../../serving/start-model-process.js';
import { GateExit, exitAsGate, exitWithResult, gateExitHelp } from '../gate-command.js';
import {
  isForMachines,
  withReportOptions,
  type ReportOptions,
} from '../gate-report/report-options.js';
import { fromHere, writeReport } from '../gate-report/write-report.js';
import { drawProgress, endProgress } from '../progress.js';
import { parseBytes, parseCount, parseDurationMs } from '../units.js';
import {
  addAccepted,
  addDimension,
  addExpected,
  addPath,
  parseTimes,
} from '../validate/options.js';

interface ValidateOptions extends ReportOptions {
  readonly models: string;
  readonly against?: string;
  readonly profile: Profile;
  readonly expectInput?: Readonly<Record<string, ExpectedValue>>;
  readonly expectOutput?: Readonly<Record<string, ExpectedValue>>;
  readonly golden?: readonly string[];
  readonly rows?: string;
  readonly digest?: string;
  readonly dimension?: Readonly<Record<string, number>>;
  readonly maxSlowdown?: number;
  readonly accept?: Readonly<Record<string, string>>;
  readonly memory?: number;
  readonly deadline?: number;
  readonly timeout?: number;
  readonly seed: number;
}

/** serin validate */
export function validateCommand(): Command {
  const command = exitAsGate(new Command('validate'))
    .description('Examine an ONNX model before it takes any traffic.')
    .argument('<model>', 'an .onnx file, the folder of a version, or model/version')
    .option('--models <folder>', 'where model/version is looked for', 'models')
    .option('--against <model>', 'the version to compare with: what takes the traffic now')
    .addOption(new Option('--profile <name>', 'how thorough').choices(profiles).default('standard'))
    .option('--expect-input <shape>', '[None,2], or x=FP32[None,2]; may be repeated', addExpected)
    .option('--expect-output <shape>', 'likewise, of an output', addExpected)
    .option('--golden <path>', 'golden pairs: .json, .npz, or a folder of .npy or .pb', addPath)
    .option('--rows <file>', 'recorded rows, JSON or JSON lines: what the answers are compared on')
    .option('--digest <sha256:…>', 'what the bytes have to be')
    .option('--dimension <name=size>', 'size of a dynamic dimension; may be repeated', addDimension)
    .option('--max-slowdown <times>', "latency, in times of stable's (2)", parseTimes)
    .option('--accept <code=why>', 'a finding that is no error here; may be repeated', addAccepted)
    .option('--memory <size>', 'of the process of a model at most (4GiB)', parseBytes)
    .option('--deadline <time>', 'until a model has to be loaded (2m)', parseDurationMs)
    .option('--timeout <time>', 'of one prediction (30s)', parseDurationMs)
    .option('--seed <number>', 'the same seed makes up the same inputs', parseCount, 1)
    .addHelpText(
      'after',
      gateExitHelp +
        '\nExample:\n  $ serin validate models/churn/2 --against models/churn/1\n' +
        "  $ serin validate model.onnx --expect-input '[None,2]' --out report.xml --out report.md",
    )
    .action(validate);
  return withReportOptions(command, reportFormats);
}

async function validate(given: string, options: ValidateOptions): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await exitWithResult(isForMachines(options), () =>
      validateAndWrite(given, options, interrupted.signal),
    );
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** @returns whether it passed */
async function validateAndWrite(
  given: string,
  options: ValidateOptions,
  interrupted: AbortSignal,
): Promise<boolean> {
  try {
    const { models, against, profile, seed, memory, deadline, timeout } = options;
    const candidate = await locateModel(given, models);
    const report = await validateModel({
      candidate,
      ...(against === undefined ? {} : { against: await locateModel(against, models) }),
      expectations: expectationsFrom(options),
      profile,
      seed,
      start: startModelProcess,
      limits: {
        ...(memory === undefined ? {} : { memoryBytes: memory }),
        ...(deadline === undefined ? {} : { startMs: deadline }),
        ...(timeout === undefined ? {} : { requestMs: timeout }),
      },
      onProgress: ({ check, done, of }) => drawProgress(done / of, check),
      signal: interrupted,
    });
    endProgress();
    writeReport(report, options, fromHere(candidate.file));
    return report.passed;
  } catch (thrown) {
    endProgress();
    if (!interrupted.aborted) throw thrown;
    process.stderr.write('serin: interrupted\n');
    return process.exit(GateExit.Interrupted);
  }
}

function expectationsFrom(options: ValidateOptions): Partial<Expectations> {
  const { expectInput, expectOutput, golden, rows, digest, dimension, maxSlowdown, accept } =
    options;
  return {
    ...(expectInput === undefined ? {} : { inputs: expectInput }),
    ...(expectOutput === undefined ? {} : { outputs: expectOutput }),
    ...(golden === undefined ? {} : { golden }),
    ...(rows === undefined ? {} : { rows: path.resolve(rows) }),
    ...(digest === undefined ? {} : { digest }),
    ...(dimension === undefined ? {} : { dimensions: dimension }),
    ...(maxSlowdown === undefined ? {} : { maxSlowdown }),
    ...(accept === undefined ? {} : { accept }),
  };
}
