import { Arm } from '../domain/arm.js';
import type { ModelName, RequestId } from '../domain/ids.js';
import type { Prediction } from '../domain/observation.js';
import type { AnswerBatch } from '../store/judge-states.js';
import { PredictionColumn } from './prediction-column.js';
import type { RememberedAnswer } from './remembered-answer.js';
import { RequestIdTable } from './request-id-table.js';
import { BatchWriter } from './saved-answers.js';

const canary = 1;
const judged = 2;
const saved = 4;
/** Of a model whose answers were to be forgotten. */
const forgotten = 8;

/**
 * Answers by their request's id, until feedback comes: late, out of order, twice, or never. Of the
 * newest `capacity` answers only, so that memory is bounded whatever comes. It knows which of them
 * have changed since they were saved last.
 *
 * Remembering is on the path of every request, asking is not. So an answer is a row of numbers and
 * no object: what outlives a collection of young objects is copied by it, and saving objects by the
 * ten thousand kept everybody waiting for some 200 ms.
 */
export class AnswersToJudge {
  /** All by place: an answer's sequence modulo the capacity. */
  readonly #ids: RequestIdTable;
  readonly #flags: Uint8Array;
  readonly #steps: Uint32Array;
  readonly #models: ModelName[] = [];
  readonly #predictions: PredictionColumn;
  readonly #copies: PredictionColumn;
  /** Counts all answers. */
  #next = 0;
  /** All before it are saved, but for those in `#changedAgain`. */
  #unsavedFrom = 0;
  /** Their sequences. */
  readonly #changedAgain = new Set<number>();

  /** @param capacity how many answers are remembered; about 180 bytes each */
  constructor(readonly capacity: number) {
    this.#ids = new RequestIdTable(capacity);
    this.#flags = new Uint8Array(capacity);
    this.#steps = new Uint32Array(capacity);
    this.#predictions = new PredictionColumn(capacity);
    this.#copies = new PredictionColumn(capacity);
  }

  /** An id that comes again is another request: its feedback is about the newer answer. */
  remember(id: RequestId, answer: Omit<RememberedAnswer, 'judged' | 'copy'>): void {
    this.#put(id, answer, 0);
  }

  find(id: RequestId): RememberedAnswer | undefined {
    const place = this.#find(id);
    return place === undefined ? undefined : this.#at(place);
  }

  /** The canary answered a copy of the request as well, in a shadow step. */
  addCopy(id: RequestId, model: ModelName, copy: Prediction): void {
    const place = this.#find(id);
    // Clients choose ids, and may give one twice.
    if (place === undefined || this.#models[place] !== model || this.#has(place, canary)) return;
    this.#copies.put(place, copy);
    this.#changed(place);
  }

  /** Feedback on this answer was taken: no other counts. */
  markJudged(id: RequestId): void {
    const place = this.#find(id);
    if (place === undefined) return;
    this.#set(place, judged);
    this.#changed(place);
  }

  forget(model: ModelName): void {
    for (const sequence of this.#remembered(0)) {
      const place = sequence % this.capacity;
      if (this.#models[place] !== model) continue;
      this.#set(place, forgotten);
      this.#changedAgain.delete(sequence);
    }
  }

  /** What has changed of a model's answers since `markSaved`, the oldest first. */
  toBatch(model: ModelName): AnswerBatch {
    const writer = new BatchWriter();
    for (const place of this.#unsaved(model)) {
      // Where the id came again, feedback is about the newer answer.
      if (this.#ids.isNewest(place)) writer.add(this.#ids, place, this.#at(place));
    }
    return writer.end();
  }

  /**
   * Answers that were not saved at all, of all models, without the feedback that they may have had:
   * that is saved together with what it was counted in.
   */
  newBatches(): ReadonlyMap<ModelName, AnswerBatch> {
    const writers = new Map<ModelName, BatchWriter>();
    for (const sequence of this.#remembered(this.#unsavedFrom)) {
      const place = sequence % this.capacity;
      if (this.#has(place, saved | forgotten) || !this.#ids.isNewest(place)) continue;
      const model = this.#models[place] as ModelName;
      const writer = writers.get(model) ?? new BatchWriter();
      writers.set(model, writer);
      writer.add(this.#ids, place, { ...this.#at(place), judged: false });
    }
    return new Map([...writers].map(([model, writer]) => [model, writer.end()]));
  }

  /** What `newBatches` gave is saved. */
  markNewSaved(): void {
    for (const sequence of this.#remembered(this.#unsavedFrom)) {
      const place = sequence % this.capacity;
      if (this.#has(place, judged)) this.#changedAgain.add(sequence);
      else this.#set(place, saved);
    }
    this.#unsavedFrom = this.#next;
  }

  /** All of a model's answers are saved as they are now. */
  markSaved(model: ModelName): void {
    for (const place of this.#unsaved(model)) this.#set(place, saved);
    for (const sequence of this.#changedAgain) {
      if (this.#has(sequence % this.capacity, saved)) this.#changedAgain.delete(sequence);
    }
    for (const sequence of this.#remembered(this.#unsavedFrom)) {
      this.#unsavedFrom = sequence;
      if (!this.#has(sequence % this.capacity, saved | forgotten)) return;
    }
    this.#unsavedFrom = this.#next;
  }

  /** Takes in what was saved, in the order in which it was. */
  restore(answers: Iterable<readonly [RequestId, RememberedAnswer]>): void {
    for (const [id, answer] of answers) {
      const place = this.#find(id);
      const flags = saved | (answer.judged ? judged : 0);
      if (place === undefined) this.#put(id, answer, flags);
      else this.#write(place, answer, flags);
    }
  }

  /** In the place of the oldest one, once all places are taken. */
  #put(id: RequestId, answer: Omit<RememberedAnswer, 'judged'>, flags: number): void {
    const place = this.#next % this.capacity;
    if (this.#changedAgain.size > 0) this.#changedAgain.delete(this.#next - this.capacity);
    this.#next += 1;
    this.#ids.put(place, id);
    this.#write(place, answer, flags);
  }

  #write(
    place: number,
    { model, arm, prediction, step, copy }: Omit<RememberedAnswer, 'judged'>,
    flags: number,
  ): void {
    this.#flags[place] = flags | (arm === Arm.Canary ? canary : 0);
    this.#models[place] = model;
    this.#steps[place] = step;
    this.#predictions.put(place, prediction);
    this.#copies.put(place, copy);
  }

  #find(id: RequestId): number | undefined {
    const place = this.#ids.find(id);
    return place === undefined || this.#has(place, forgotten) ? undefined : place;
  }

  #at(place: number): RememberedAnswer {
    const copy = this.#copies.at(place);
    return {
      model: this.#models[place] as ModelName,
      arm: this.#has(place, canary) ? Arm.Canary : Arm.Stable,
      prediction: this.#predictions.at(place),
      ...(copy === undefined ? {} : { copy }),
      step: this.#steps[place] ?? 0,
      judged: this.#has(place, judged),
    };
  }

  #changed(place: number): void {
    this.#flags[place] = (this.#flags[place] ?? 0) & ~saved;
    const newest = this.#next - 1;
    const sequence =
      newest - ((((newest - place) % this.capacity) + this.capacity) % this.capacity);
    if (sequence < this.#unsavedFrom) this.#changedAgain.add(sequence);
  }

  /** The places of a model's answers that are not saved as they are now, the oldest first. */
  *#unsaved(model: ModelName): Generator<number> {
    for (const sequences of [this.#changedAgain, this.#remembered(this.#unsavedFrom)]) {
      for (const sequence of sequences) {
        const place = sequence % this.capacity;
        if (this.#models[place] === model && !this.#has(place, saved | forgotten)) yield place;
      }
    }
  }

  /** The sequences of what is remembered, beginning with one. */
  *#remembered(from: number): Generator<number> {
    const first = Math.max(from, this.#next - this.capacity);
    for (let sequence = first; sequence < this.#next; sequence += 1) yield sequence;
  }

  #has(place: number, anyOf: number): boolean {
    return ((this.#flags[place] ?? 0) & anyOf) !== 0;
  }

  #set(place: number, flag: number): void {
    this.#flags[place] = (this.#flags[place] ?? 0) | flag;
  }
}
