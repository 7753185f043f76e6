import type { Finding } from '../report/report.js';
import type { CheckOutcome, FileContext } from './check.js';
import type { ValidationCode } from './codes.js';
import { finding } from './finding.js';
import { compareSignatures } from './file/compare-signatures.js';
import type { ProcessEnd, ProcessLimits, StartModelProcess } from './model-process.js';
import { ModelUnderTest } from './model-under-test.js';
import type { Subject } from './subject.js';

export interface StartedModels {
  readonly outcome: CheckOutcome;
  readonly model: ModelUnderTest | undefined;
  /** Only where it takes the same inputs. */
  readonly stableModel: ModelUnderTest | undefined;
}

/** What the two processes may use. */
export interface LimitsOfBoth {
  readonly candidate: ProcessLimits;
  readonly stable: ProcessLimits;
}

/** Loads the candidate and stable, each in a process of its own. */
export async function startBoth(
  { subject, stable }: FileContext,
  start: StartModelProcess,
  limits: LimitsOfBoth,
  signal: AbortSignal | undefined,
): Promise<StartedModels> {
  const starting = ({ model }: Subject, within: ProcessLimits) =>
    ModelUnderTest.start(() => start(model.file, model.shownAs, within, signal));
  const started = await starting(subject, limits.candidate);
  if (!(started instanceof ModelUnderTest)) {
    const { failure } = started;
    const outcome = { detail: 'it was not loaded', findings: [loadFinding(failure)] };
    return { outcome, model: undefined, stableModel: undefined };
  }
  const findings: Finding[] = [];
  const comparable = stable !== undefined && takesTheSame(subject, stable) ? stable : undefined;
  const startedStable =
    comparable === undefined ? undefined : await starting(comparable, limits.stable);
  const isRunning = startedStable instanceof ModelUnderTest;
  if (startedStable !== undefined && !isRunning) {
    findings.push(
      finding('stable-invalid', 'stable cannot be loaded', {
        expected: 'a model that loads',
        found: startedStable.failure.words,
      }),
    );
  }
  return {
    outcome: {
      detail: `loaded in a process of its own${besideInWords(stable, comparable, isRunning)}`,
      findings,
    },
    model: started,
    stableModel: isRunning ? startedStable : undefined,
  };
}

function besideInWords(
  stable: Subject | undefined,
  comparable: Subject | undefined,
  isRunning: boolean,
): string {
  if (stable === undefined) return '';
  if (comparable === undefined) return '; stable is not asked, as it does not take the same inputs';
  return isRunning ? ', and stable beside it' : '; stable is not asked, as it could not be loaded';
}

/**
 * Whether one of the two takes all that the other does. What is made up has stable's sizes where the
 * candidate takes any, so that both are asked the same.
 */
function takesTheSame(subject: Subject, stable: Subject): boolean {
  const inputs = (one: Subject) => ({ inputs: one.signature.inputs, outputs: [] });
  const takesAllOf = (one: Subject, other: Subject): boolean =>
    compareSignatures(inputs(other), inputs(one)).relation !== 'breaking';
  return takesAllOf(subject, stable) || takesAllOf(stable, subject);
}

const codes: Readonly<Record<ProcessEnd['kind'] | 'refused', ValidationCode>> = {
  refused: 'load-failed',
  crashed: 'load-crashed',
  'timed-out': 'load-over-limit',
  'out-of-memory': 'memory-over-limit',
  closed: 'load-crashed',
};

function loadFinding({
  kind,
  words,
}: {
  readonly kind: keyof typeof codes;
  readonly words: string;
}) {
  return finding(codes[kind], 'the model was not loaded', {
    expected: 'a model that loads',
    found: words,
  });
}
