import { performance } from 'node:perf_hooks';
import { Random } from '../../stats/random.js';
import { CheckStatus, type Report } from '../report/report.js';
import { skipped, type CheckOutcome, type FileContext } from './check.js';
import { Checklist, type Progress } from './checklist.js';
import { withMore, type Expectations } from './expectations.js';
import { fileChecks, liveChecks } from './checks.js';
import { finding } from './finding.js';
import { prepareInputs } from './inputs/prepare-inputs.js';
import type { LiveContext } from './live-context.js';
import type { ModelToValidate } from './locate-model.js';
import type { StartModelProcess } from './model-process.js';
import { Profile, profileSettings } from './profile.js';
import { ApartReader } from './reading/read-apart.js';
import { startBoth, type LimitsOfBoth, type StartedModels } from './start-models.js';
import { seedOf } from './seed-of.js';
import type { ReadSubject, Subject } from './subject.js';

export interface ValidationRequest {
  readonly candidate: ModelToValidate;
  /** What takes the traffic now, or anything else to compare with. */
  readonly against?: ModelToValidate | undefined;
  /** What is expected beyond what model.yaml says; it counts before that. */
  readonly expectations?: Partial<Expectations> | undefined;
  /** Default: standard. */
  readonly profile?: Profile | undefined;
  /** The same seed makes up the same inputs. Default 1. */
  readonly seed?: number | undefined;
  readonly start: StartModelProcess;
  readonly limits?: Partial<ValidationLimits> | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends everything, also the processes of the models. */
  readonly signal?: AbortSignal | undefined;
}

/** What the processes of the two models may use, each. */
export interface ValidationLimits {
  readonly memoryBytes: number;
  readonly startMs: number;
  readonly requestMs: number;
}

const defaultLimits: ValidationLimits = {
  memoryBytes: 4 * 2 ** 30,
  startMs: 120_000,
  requestMs: 30_000,
};

/**
 * Examines a model before it takes any traffic. Its files are read in one process, and ONNX Runtime
 * works in another, both with limits of memory and time.
 * @returns a report; what the model does never throws
 * @throws whatever `signal` aborts with
 */
export async function validateModel(request: ValidationRequest): Promise<Report> {
  const startedAtMs = Date.now();
  const begin = performance.now();
  const { candidate, against, profile = Profile.Standard, seed = 1 } = request;
  const checks = new Checklist(
    3 + fileChecks.length + liveChecks.length,
    request.onProgress ?? (() => undefined),
    request.signal,
  );
  const subject = await examine(request, checks, profile, seed);
  return {
    gate: 'validate',
    subject: candidate.shownAs,
    ...(against === undefined ? {} : { against: against.shownAs }),
    passed: checks.results.every(({ status }) => status !== CheckStatus.Failed),
    startedAtMs,
    durationMs: performance.now() - begin,
    checks: checks.results,
    measurements: checks.measurements,
    facts: { ...(subject === undefined ? {} : { digest: subject.digest }), profile, seed },
  };
}

async function examine(
  request: ValidationRequest,
  checks: Checklist,
  profile: Profile,
  seed: number,
): Promise<Subject | undefined> {
  const { maxSizeBytes, accept = {} } = request.expectations ?? {};
  const asked = { accept, ...(maxSizeBytes === undefined ? {} : { maxSizeBytes }) };
  const reader = new ApartReader({ ...defaultLimits, ...request.limits }, request.signal);
  const [{ subject, ...read }, stable] = await Promise.all([
    reader.subject(request.candidate, asked),
    // The limits of size are the candidate's.
    request.against && reader.subject(request.against, { maxSizeBytes: Infinity }),
  ]);
  const expectations =
    subject === undefined ? undefined : withMore(subject.expectations, request.expectations);
  checks.accepted = expectations?.accept ?? {};
  await checks.run('file', () => fileOutcome({ subject, ...read }, stable));
  if (subject === undefined || expectations === undefined) {
    for (const { name } of [...fileChecks, { name: 'load' }, { name: 'inputs' }, ...liveChecks]) {
      await checks.run(name, () => skipped('the file cannot be used'));
    }
    return undefined;
  }
  const settings = profileSettings[profile];
  const context: FileContext = { subject, stable: stable?.subject, expectations, settings };
  for (const { name, check } of fileChecks) await checks.run(name, () => check(context));

  const limits = limitsOf(request, expectations);
  let started: StartedModels | undefined;
  const end = () => Promise.all([started?.model?.close(), started?.stableModel?.close()]);
  const endNow = (): void => void end();
  request.signal?.addEventListener('abort', endNow);
  try {
    await checks.run('load', async () => {
      started = await startBoth(context, request.start, limits, request.signal);
      return started.outcome;
    });
    await examineRunning(context, started, reader, limits.candidate, checks, seed);
  } finally {
    request.signal?.removeEventListener('abort', endNow);
    await end();
  }
  return subject;
}

async function examineRunning(
  context: FileContext,
  started: StartedModels | undefined,
  reader: ApartReader,
  { memoryBytes }: ValidationLimits,
  checks: Checklist,
  seed: number,
): Promise<void> {
  const model = started?.model;
  if (model === undefined) {
    for (const { name } of [{ name: 'inputs' }, ...liveChecks]) {
      await checks.run(name, () => skipped('it was not loaded'));
    }
    return;
  }
  let live: LiveContext = {
    ...context,
    model,
    stableModel: started?.stableModel,
    memoryLimitBytes: memoryBytes,
    maker: undefined,
    known: [],
    recorded: [],
    randomFor: (purpose) => new Random(seedOf(purpose, seed)),
  };
  await checks.run('inputs', async () => {
    const { inputs, outcome } = await prepareInputs(live, reader);
    live = { ...live, ...inputs };
    return outcome;
  });
  for (const { name, check } of liveChecks) await checks.run(name, () => check(live));
}

function fileOutcome(
  { subject, findings }: ReadSubject,
  stable: ReadSubject | undefined,
): CheckOutcome {
  const ofStable = (stable?.findings ?? [])
    .filter(() => stable?.subject === undefined)
    .map(({ title, expected, found }) =>
      finding('stable-invalid', `stable cannot be read: ${title}`, {
        expected: expected ?? 'a model that can be read',
        found: found ?? title,
      }),
    );
  return {
    detail: subject?.digest ?? 'cannot be used',
    findings: [...findings, ...ofStable],
  };
}

/** What the candidate may take is said of the candidate: stable is not ended for it. */
function limitsOf({ limits }: ValidationRequest, { maxMemoryBytes }: Expectations): LimitsOfBoth {
  const stable = { ...defaultLimits, ...limits };
  const memoryBytes = Math.min(stable.memoryBytes, maxMemoryBytes ?? Infinity);
  return { candidate: { ...stable, memoryBytes }, stable };
}
