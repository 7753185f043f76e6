import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../ci/free-port.js';
import type { CiPorts } from '../../ci/ports.js';
import { reportOfRun } from '../../ci/report-of-run.js';
import { runStages, type StageReport } from '../../ci/run-stages.js';
import type { CiSettings } from '../../ci/settings.js';
import type { StageName } from '../../ci/state/state.js';
import { StateFile, stateFolderOf } from '../../ci/state/state-file.js';
import { rememberedEngine } from '../../images/engine/find-engine.js';
import { SerinError } from '../../domain/errors.js';
import type { Report } from '../../gates/report/report.js';
import { toJunit } from '../../gates/report/to-junit.js';
import { toMarkdown } from '../../gates/report/to-markdown.js';
import { toTerminal } from '../../gates/report/to-terminal.js';
import { writeImageName } from '../../images/registry/image-name.js';
import { openRepository } from '../../images/registry/registry.js';
import { startModelProcess } from '../../serving/start-model-process.js';
import { lockFolder } from '../../store/sqlite/lock-folder.js';
import { print } from '../options.js';
import { ExitCode, exitCodeOf } from '../rollouts/outcome.js';
import { writeTextFile } from '../write-text-file.js';
import type { CiOptions } from './ci-options.js';
import { settingsOf } from './ci-settings.js';
import { linkOfFinding, pageOfFinding } from './page-of-finding.js';
import { rolloutServer } from './rollout-server.js';
import { stageShower } from './show-stages.js';

/** Runs stages for a command, reports them in every form that was asked for, and sets the exit code. */
export async function runCi(names: readonly StageName[], options: CiOptions): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const startedAtMs = Date.now();
  const beganMs = performance.now();
  const shower = stageShower();
  let unlock = (): void => undefined;
  try {
    const settings = await settingsOf(options, process.env);
    unlock = lockFolder(stateFolderOf(process.cwd()), 'ci-running');
    const state = new StateFile(process.cwd());
    const reports = await runStages(names, {
      settings,
      state,
      ports: portsOf(settings, options, interrupted.signal),
      progress: shower.progress,
      signal: interrupted.signal,
      onBegin: shower.begin,
      onEnd: shower.end,
    });
    const subject = writeImageName(settings.image);
    const durationMs = performance.now() - beganMs;
    const report = reportOfRun(reports, { subject, startedAtMs, durationMs });
    writeReports(report, reports, options);
    process.exitCode = report.passed ? ExitCode.Promoted : exitCodeAfter(reports, state);
  } catch (thrown) {
    if (!interrupted.signal.aborted) throw thrown;
    process.stderr.write('serin: interrupted; the same command goes on from here\n');
    process.exitCode = ExitCode.Interrupted;
  } finally {
    unlock();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function portsOf(settings: CiSettings, options: CiOptions, signal: AbortSignal): CiPorts {
  const { server, timeout } = options;
  const repository = once(() => openRepository(settings.image, { signal }));
  return {
    engine: rememberedEngine(),
    repository,
    rollouts: rolloutServer(server, timeout, (text) => process.stderr.write(text)),
    startModelProcess,
    freePort,
    wallMs: Date.now,
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function writeReports(
  report: Report,
  stages: readonly StageReport[],
  { junit, markdown, json, server }: CiOptions,
): void {
  const comment = toMarkdown(report, {
    explain: (code) => ({ link: linkOfFinding(code, server) }),
  });
  const pages = { explain: (code: string) => ({ page: pageOfFinding(code) }) };
  if (junit !== undefined) writeReport(junit, toJunit(report, pages));
  if (markdown !== undefined) writeReport(markdown, comment);
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') appendSummary(summary, comment);
  const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  const log = stages.flatMap((stage) => stage.log);
  print(
    { ...report, stages: stages.map(({ name, status }) => ({ name, status })), log },
    json,
    () => {
      const text = toTerminal(report, { colour, ...pages }).trimEnd();
      return log.length === 0 ? text : `${text}\n\n${renderLog(log)}`;
    },
  );
}

function writeReport(file: string, text: string): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeTextFile(file, text);
}

/** Where GitHub shows what the steps of a job have to say. */
function appendSummary(file: string, text: string): void {
  try {
    appendFileSync(file, `${text}\n`);
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException;
    throw new SerinError('usage', {
      expected: `to write ${file}, which GITHUB_STEP_SUMMARY names`,
      found: code,
      cause,
    });
  }
}

function renderLog(lines: readonly string[]): string {
  return ['The last lines that the container wrote:', ...lines.map((line) => `  | ${line}`)].join(
    '\n',
  );
}

/** A canary that did not make it is told by how its rollout ended. */
function exitCodeAfter(reports: readonly StageReport[], { state }: StateFile): ExitCode {
  const canary = reports.find(({ name }) => name === 'canary');
  const couldBeRun = canary?.status === 'failed' && canary.error === undefined;
  return couldBeRun && state.canary !== undefined
    ? exitCodeOf(state.canary.result)
    : ExitCode.Error;
}
