import type { ErrorCode } from '../../../domain/error-catalogue.js';
import { SerinError, type ErrorWords } from '../../../domain/errors.js';
import type { Tensor } from '../../../domain/tensor.js';
import { runApart } from '../../../serving/run-apart.js';
import { writeBytes } from '../../report/quantity.js';
import { finding } from '../finding.js';
import type { KnownPair } from '../golden/known-pair.js';
import type { ModelToValidate } from '../locate-model.js';
import type { ProcessLimits } from '../model-process.js';
import type { AskedOfSize, ReadSubject, Subject } from '../subject.js';

type Described = Pick<Subject, 'model' | 'signature'>;

/** What the process that reads is asked. */
export type ReadingQuestion =
  | { readonly kind: 'subject'; readonly model: ModelToValidate; readonly asked: AskedOfSize }
  | { readonly kind: 'pairs' | 'rows'; readonly subject: Described; readonly named: string };

/** What it answers: what it read, why it could not, or how long an answer it would not send. */
export type ReadingAnswer =
  | { readonly value: unknown }
  | { readonly refusal: { readonly code: ErrorCode; readonly words: ErrorWords } }
  | { readonly tooLargeBytes: number };

/**
 * Reads what belongs to a model in processes of their own, with limits of memory and time: a file
 * that was made to do harm takes neither from whoever asks.
 */
export class ApartReader {
  constructor(
    private readonly limits: Pick<ProcessLimits, 'memoryBytes' | 'startMs'>,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** As `readSubject`. @throws whatever the signal aborts with, as all of these */
  async subject(model: ModelToValidate, asked: AskedOfSize): Promise<ReadSubject> {
    const { value, failure } = await this.#ask({ kind: 'subject', model, asked });
    if (failure === undefined) return value as ReadSubject;
    const words = { expected: withinLimits, found: failure };
    const found = finding('read-failed', 'the files could not be read', words);
    return { subject: undefined, findings: [found] };
  }

  /** As `readKnownPairs`. @throws SerinError also where the limits do not let it read */
  async pairs({ model, signature }: Described, named: string): Promise<readonly KnownPair[]> {
    const question = { kind: 'pairs', subject: { model, signature }, named } as const;
    return (await this.#valueOf(question)) as readonly KnownPair[];
  }

  /** As `readRecordedRows`. @throws SerinError also where the limits do not let it read */
  async rows({ model, signature }: Described, named: string): Promise<(readonly Tensor[])[]> {
    const question = { kind: 'rows', subject: { model, signature }, named } as const;
    return (await this.#valueOf(question)) as (readonly Tensor[])[];
  }

  async #valueOf(question: ReadingQuestion): Promise<unknown> {
    const { value, failure } = await this.#ask(question);
    if (failure === undefined) return value;
    throw new SerinError('invalid-input', { expected: withinLimits, found: failure });
  }

  async #ask(question: ReadingQuestion): Promise<{ value?: unknown; failure?: string }> {
    const { memoryBytes, startMs } = this.limits;
    const limits = { memoryBytes, timeMs: startMs };
    const outcome = await runApart(childScript(), question, limits, this.signal);
    if ('failure' in outcome) return outcome;
    // It is our own script that answers.
    const answer = outcome.answer as ReadingAnswer;
    if ('refusal' in answer) throw new SerinError(answer.refusal.code, answer.refusal.words);
    if ('value' in answer) return answer;
    return { failure: `${writeBytes(answer.tooLargeBytes)} to hold in memory` };
  }
}

const withinLimits = 'files that can be read within the limits of memory and time';

/** Compiled code starts its neighbour; TypeScript sources (tests) start what was compiled of them. */
function childScript(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('../../../../dist/src/gates/validate/reading/read-child.js', import.meta.url)
    : new URL('./read-child.js', import.meta.url);
}
