import { toSerinError, type SerinError } from '../domain/errors.js';
import { Severity, type Finding, type Measurement } from '../gates/report/report.js';
import type { Stage, StageContext } from './stage.js';
import { stageContext, type ContextWishes } from './stage-context.js';
import { stages } from './stages.js';
import type { StageName } from './state/state.js';

/** How one stage went. */
export interface StageReport {
  readonly name: StageName;
  /** `done`: an earlier run did it, for the same inputs; `not-run`: one before it did not pass. */
  readonly status: 'passed' | 'done' | 'failed' | 'not-run';
  readonly detail: string;
  readonly findings: readonly Finding[];
  readonly measurements: readonly Measurement[];
  readonly log: readonly string[];
  readonly durationMs: number;
  /** What went wrong, where it could not be carried out. */
  readonly error?: SerinError;
}

export interface RunWishes extends ContextWishes {
  readonly onBegin: (name: StageName) => void;
  readonly onEnd: (report: StageReport) => void;
}

/**
 * Runs stages in their order until one does not pass. What an earlier run did for the same inputs is
 * not done again; what it kept is taken up.
 * @returns a report of each
 * @throws whatever the signal aborts with
 */
export async function runStages(
  names: readonly StageName[],
  wishes: RunWishes,
): Promise<readonly StageReport[]> {
  wishes.state.noteReports(wishes.settings.reports);
  const context = stageContext(wishes);
  const reports: StageReport[] = [];
  let isStopped = false;
  for (const name of names) {
    if (!isStopped) wishes.signal.throwIfAborted();
    if (!isStopped) wishes.onBegin(name);
    const report: StageReport = isStopped
      ? notRun(name)
      : await runStage(stages[name], context, wishes);
    wishes.onEnd(report);
    reports.push(report);
    isStopped ||= report.status === 'failed';
  }
  return reports;
}

async function runStage(
  stage: Stage,
  context: StageContext,
  { state, ports, signal }: RunWishes,
): Promise<StageReport> {
  const beganMs = performance.now();
  const { name } = stage;
  try {
    if (await context.isDone(name)) {
      const detail = state.state[name]?.detail ?? '';
      return { ...notRun(name), status: 'done', detail };
    }
    const inputs = await stage.inputs(context);
    const before = state.state[name];
    // From here on it has not passed, whatever stops it.
    if (before !== undefined) state.record(name, { ...before, passed: false });
    const outcome = await stage.run(context);
    const { passed, detail, findings, measurements = [], log = [], result } = outcome;
    // What did not pass because it was interrupted has not failed.
    if (!passed) signal.throwIfAborted();
    const durationMs = performance.now() - beganMs;
    state.record(name, { inputs, passed, detail, result, endedAtMs: ports.wallMs(), durationMs });
    const status = passed ? 'passed' : 'failed';
    return { name, status, detail, findings, measurements, log, durationMs };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toSerinError(thrown);
    const durationMs = performance.now() - beganMs;
    const findings = [findingOfError(error)];
    return {
      ...notRun(name),
      status: 'failed',
      detail: error.message,
      findings,
      durationMs,
      error,
    };
  }
}

function notRun(name: StageName): StageReport {
  const nothing = { findings: [], measurements: [], log: [], durationMs: 0 };
  return { name, status: 'not-run', detail: 'a stage before it did not pass', ...nothing };
}

function findingOfError({ code, message, words, advice, cause }: SerinError): Finding {
  const why = code === 'internal' && cause instanceof Error ? `: ${cause.message}` : '';
  return {
    code,
    severity: Severity.Error,
    title: message + why,
    ...(words.expected === undefined ? {} : { expected: words.expected }),
    ...(words.found === undefined ? {} : { found: words.found }),
    advice,
  };
}
