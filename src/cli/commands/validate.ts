import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import { productVersion } from '../../config/product-version.js';
import { SerinError } from '../../domain/errors.js';
import { formatReport, reportFormats, type ReportFormat } from '../../gates/report/formats.js';
import type { Report } from '../../gates/report/report.js';
import type { ExpectedValue, Expectations } from '../../gates/validate/expectations.js';
import { locateModel } from '../../gates/validate/locate-model.js';
import { profiles, type Profile } from '../../gates/validate/profile.js';
import { validateModel } from '../../gates/validate/validate-model.js';
import { startModelProcess } from '../../serving/start-model-process.js';
import { exitAsGate, exitWithResult, gateExitHelp } from '../gate-command.js';
import { drawProgress, endProgress } from '../progress.js';
import { parseBytes, parseCount, parseDurationMs } from '../units.js';
import {
  addAccepted,
  addDimension,
  addExpected,
  addPath,
  addTarget,
  parseTimes,
  type ReportTarget,
} from '../validate/options.js';

interface ValidateOptions {
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
  readonly format: ReportFormat;
  readonly out?: readonly ReportTarget[];
  readonly json?: boolean;
}

/** As shells have it of what was ended by Ctrl-C. */
const interruptedExit = 130;

const helpPage = 'docs/reference/validate.md';

/** serin validate */
export function validateCommand(): Command {
  return exitAsGate(new Command('validate'))
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
    .addOption(
      new Option('--format <name>', 'of what is printed').choices(reportFormats).default('text'),
    )
    .option('--out <file>', 'write it, too: .json .xml .md .sarif .txt; may be repeated', addTarget)
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      gateExitHelp +
        '\nExample:\n  $ serin validate models/churn/2 --against models/churn/1\n' +
        "  $ serin validate model.onnx --expect-input '[None,2]' --out report.xml --out report.md",
    )
    .action(validate);
}

async function validate(given: string, options: ValidateOptions): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const asJson = options.json === true || options.format === 'json';
  try {
    await exitWithResult(asJson, () => validateAndWrite(given, options, interrupted.signal));
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
    await writeAll(report, candidate.file, options);
    return report.passed;
  } catch (thrown) {
    endProgress();
    if (!interrupted.aborted) throw thrown;
    process.stderr.write('serin: interrupted\n');
    return process.exit(interruptedExit);
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

async function writeAll(report: Report, model: string, options: ValidateOptions): Promise<void> {
  const { out = [], json } = options;
  const context = {
    version: productVersion,
    helpPage,
    file: path.relative(process.cwd(), model).split(path.sep).join('/'),
  };
  for (const { format, file } of out) {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    const text = formatReport(report, format, { ...context, colour: false });
    await writeFile(file, text).catch((cause: unknown) => {
      throw new SerinError('usage', {
        expected: `a file that can be written at ${file}`,
        found: (cause as NodeJS.ErrnoException).code ?? 'an error',
        cause,
      });
    });
  }
  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const format = json === true ? 'json' : options.format;
  process.stdout.write(formatReport(report, format, { ...context, colour }));
}
