import { Command, Option } from 'commander';
import { SerinError } from '../../domain/errors.js';
import { readLocalModel } from '../../gates/loadtest/inputs/local-model.js';
import { reportFormats } from '../../gates/report/formats.js';
import { CommandSubject } from '../../gates/smoke/command-subject.js';
import { HttpSubject } from '../../gates/smoke/http-subject.js';
import { casesOfServer, casesOfVersion } from '../../gates/smoke/smoke-cases.js';
import { smokeTest, type SmokeOrder } from '../../gates/smoke/smoke-test.js';
import type { SmokeSubject } from '../../gates/smoke/subject.js';
import { VersionSubject } from '../../gates/smoke/version-subject.js';
import { GateExit, exitAsGate, exitWithResult, gateExitHelp } from '../gate-command.js';
import {
  isForMachines,
  withReportOptions,
  type ReportOptions,
} from '../gate-report/report-options.js';
import { fromHere, writeReport } from '../gate-report/write-report.js';
import { collectHeader } from '../loadtest/loadtest-options.js';
import { parseBytes, parseDurationMs } from '../units.js';

interface Options extends ReportOptions {
  readonly command?: string;
  readonly inputs?: string;
  readonly model?: string;
  readonly ready?: string;
  readonly header?: Record<string, string>;
  readonly deadline: number;
  readonly timeout: number;
  readonly runnerMemory?: number;
}

/** serin smoke */
export function smokeCommand(): Command {
  const command = exitAsGate(new Command('smoke'))
    .description(
      'Start a version or a server, wait until it is ready, predict on rows whose answers are known.',
    )
    .argument('<what>', "a version's folder, an .onnx file, or the URL of a server")
    .option('--command <line>', 'start this first; it serves the URL, and is stopped at the end')
    .option('--inputs <path>', 'what to send: a model with golden rows, JSON lines, JSON, HAR')
    .option('--model <name>', 'the model at the server, to make up inputs for')
    .option('--ready <path>', 'answers with 2xx once it is ready (default: any answer at /health)')
    .option('--header <line>', 'added to every request; may be repeated', collectHeader)
    .addOption(time('--deadline <time>', 'until it has to be ready').default(60_000, '60s'))
    .addOption(time('--timeout <time>', 'until each answer has to be there').default(10_000, '10s'))
    .option('--runner-memory <size>', 'of the process of a version, at most', parseBytes)
    .addHelpText(
      'after',
      gateExitHelp +
        '\nExamples:\n' +
        '  $ serin smoke models/churn/2\n' +
        '  $ serin smoke http://127.0.0.1:9000/predict --command "python3 server.py --port 9000" \\\n' +
        '      --inputs models/churn/2',
    )
    .action((what: string, options: Options) =>
      exitWithResult(isForMachines(options), () => smoke(what, options)),
    );
  return withReportOptions(command, reportFormats);
}

function time(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseDurationMs);
}

/** @returns whether it passed */
async function smoke(what: string, options: Options): Promise<boolean> {
  const { deadline, timeout } = options;
  const limits = { deadlineMs: deadline, timeoutMs: timeout, wallMs: Date.now };
  const order = await whatAndRows(what, options);
  const stopOnSignal = stopSubjectOnSignal(order.subject);
  const { report, log } = await smokeTest({ ...limits, ...order }).finally(stopOnSignal);
  writeReport({ ...report, log }, options, what.includes('://') ? what : fromHere(what));
  return report.passed;
}

async function whatAndRows(
  what: string,
  options: Options,
): Promise<Pick<SmokeOrder, 'subject' | 'cases'>> {
  const { command, ready, inputs, model, header: headers = {}, runnerMemory } = options;
  if (what.includes('://')) {
    const subject =
      command === undefined
        ? new HttpSubject(what, ready)
        : new CommandSubject(command, what, ready);
    return { subject, cases: () => casesOfServer(what, { inputs, model, headers }) };
  }
  const version = await readLocalModel(what);
  if (version === undefined) {
    throw new SerinError('model-file-missing', {
      expected: "a version's folder with a model.onnx, an .onnx file, or a URL",
      found: JSON.stringify(what),
    });
  }
  if (command !== undefined) {
    throw new SerinError('usage', {
      expected: 'with --command the URL of its server',
      found: what,
    });
  }
  const subject = new VersionSubject(version, runnerMemory);
  const cases = () =>
    inputs === undefined
      ? casesOfVersion(version, subject)
      : casesOfServer(`http://runner${subject.path}`, { inputs, model, headers }, (request) =>
          subject.ask(request, options.timeout),
        );
  return { subject, cases };
}

/** What a command started is in a process group of its own, which Ctrl-C does not reach. */
function stopSubjectOnSignal(subject: SmokeSubject): () => void {
  const stop = (): void => {
    void subject.stop().finally(() => process.exit(GateExit.Interrupted));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return () => process.off('SIGINT', stop).off('SIGTERM', stop);
}
