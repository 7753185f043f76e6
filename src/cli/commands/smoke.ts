import { Command, Option } from 'commander';
import { SerinError } from '../../domain/errors.js';
import { readLocalModel } from '../../gates/loadtest/inputs/local-model.js';
import { toJunit } from '../../gates/report/to-junit.js';
import { toTerminal } from '../../gates/report/to-terminal.js';
import { CommandSubject } from '../../gates/smoke/command-subject.js';
import { HttpSubject } from '../../gates/smoke/http-subject.js';
import { casesOfServer, casesOfVersion } from '../../gates/smoke/smoke-cases.js';
import { smokeTest, type SmokeOrder } from '../../gates/smoke/smoke-test.js';
import type { SmokeSubject } from '../../gates/smoke/subject.js';
import { VersionSubject } from '../../gates/smoke/version-subject.js';
import { exitAsGate, exitWithResult, gateExitHelp } from '../gate-command.js';
import { collectHeader } from '../loadtest/loadtest-options.js';
import { print } from '../options.js';
import { parseBytes, parseDurationMs } from '../units.js';
import { writeTextFile } from '../write-text-file.js';

interface Options {
  readonly command?: string;
  readonly inputs?: string;
  readonly model?: string;
  readonly ready?: string;
  readonly header?: Record<string, string>;
  readonly deadline: number;
  readonly timeout: number;
  readonly runnerMemory?: number;
  readonly junit?: string;
  readonly json?: boolean;
}

/** serin smoke */
export function smokeCommand(): Command {
  return exitAsGate(new Command('smoke'))
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
    .option('--junit <file>', 'write a report for CI')
    .option('--json', 'answer for machines')
    .addHelpText(
      'after',
      gateExitHelp +
        '\nExamples:\n' +
        '  $ serin smoke models/churn/2\n' +
        '  $ serin smoke http://127.0.0.1:9000/predict --command "python3 server.py --port 9000" \\\n' +
        '      --inputs models/churn/2',
    )
    .action((what: string, options: Options) =>
      exitWithResult(options.json === true, () => smoke(what, options)),
    );
}

function time(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseDurationMs);
}

const helpPage = 'docs/reference/smoke.md';

/** @returns whether it passed */
async function smoke(what: string, options: Options): Promise<boolean> {
  const { deadline, timeout, json, junit } = options;
  const limits = { deadlineMs: deadline, timeoutMs: timeout, wallMs: Date.now };
  const order = await whatAndRows(what, options);
  const stopOnSignal = stopSubjectOnSignal(order.subject);
  const { report, log } = await smokeTest({ ...limits, ...order }).finally(stopOnSignal);
  if (junit !== undefined) writeTextFile(junit, toJunit(report));
  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  print({ ...report, log }, json, () => {
    const text = toTerminal(report, { colour, helpPage }).trimEnd();
    return report.passed || log.length === 0 ? text : `${text}\n\n${renderLog(log)}`;
  });
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
      ? Promise.resolve(casesOfVersion(version, subject.path))
      : casesOfServer(`http://runner${subject.path}`, { inputs, model, headers });
  return { subject, cases };
}

/** What a command started is in a process group of its own, which Ctrl-C does not reach. */
function stopSubjectOnSignal(subject: SmokeSubject): () => void {
  const stop = (): void => {
    void subject.stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return () => process.off('SIGINT', stop).off('SIGTERM', stop);
}

function renderLog(lines: readonly string[]): string {
  return ['The last lines that it wrote:', ...lines.map((line) => `  | ${line}`)].join('\n');
}
