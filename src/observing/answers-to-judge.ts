import { Arm } from '../domain/arm.js';
import type { ModelName, RequestId } from '../domain/ids.js';
import type { Prediction } from '../domain/observation.js';

/** What is remembered of an answer until somebody says whether it was right. */
export interface RememberedAnswer {
  readonly model: ModelName;
  /** The arm that answered. */
  readonly arm: Arm;
  readonly prediction: Prediction | undefined;
  /** What the canary answered to a copy of the request; absent where it was sent none. */
  readonly copy?: Prediction;
  /** Index of the judge's step in which the request started. */
  readonly step: number;
  /** Whether feedback on it was taken already. */
  readonly judged: boolean;
}

/** Feedback has no longer labels, so an answer that is longer equals none of them. */
const longestLabel = 1_000;

/** An answer in its place among all of them. */
interface Kept {
  readonly id: RequestId;
  /** Counts all answers; it is in the ring for as long as it is one of the newest. */
  readonly sequence: number;
  answer: RememberedAnswer;
  isSaved: boolean;
}

/**
 * Answers by their request's id, until feedback comes: late, out of order, twice, or never. Of the
 * newest `capacity` answers only, so that memory is bounded whatever comes. It knows which of them
 * have changed since they were saved last.
 *
 * Remembering is on the path of every request, asking is not. So nothing is ever taken out of an
 * index: the ring tells what is still remembered, and an index that holds only what is not goes as
 * a whole. (Taking the oldest out of one map with every answer took five times as long, most of it
 * in the collector: V8 keeps what was in a map's outgrown tables for long.)
 */
export class AnswersToJudge {
  /** The newest, each at its sequence modulo the capacity. */
  readonly #ring: (Kept | undefined)[] = [];
  #next = 0;
  /** By id, the newest half of the capacity first: three of them hold all that is in the ring. */
  #indexes: readonly [Index, Index, Index] = [new Map(), new Map(), new Map()];
  /** All before it are saved, but for those in `#changedAgain`. */
  #unsavedFrom = 0;
  readonly #changedAgain = new Set<Kept>();

  /** @param capacity how many answers are remembered; about 250 bytes each */
  constructor(readonly capacity: number) {}

  remember(
    id: RequestId,
    { model, arm, prediction, step }: Omit<RememberedAnswer, 'judged'>,
  ): void {
    // An id that comes again is another request: its feedback is about the newer answer.
    const kept = prediction === undefined ? undefined : bounded(prediction);
    this.#put(id, { model, arm, prediction: kept, step, judged: false }, false);
  }

  find(id: RequestId): RememberedAnswer | undefined {
    return this.#find(id)?.answer;
  }

  /** The canary answered a copy of the request as well, in a shadow step. */
  addCopy(id: RequestId, model: ModelName, copy: Prediction): void {
    const kept = this.#find(id);
    // Clients choose ids, and may give one twice.
    if (kept?.answer.model !== model || kept.answer.arm !== Arm.Stable) return;
    this.#change(kept, { ...kept.answer, copy: bounded(copy) });
  }

  /** Feedback on this answer was taken: no other counts. */
  markJudged(id: RequestId): void {
    const kept = this.#find(id);
    if (kept !== undefined) this.#change(kept, { ...kept.answer, judged: true });
  }

  forget(model: ModelName): void {
    for (const kept of this.#ring) {
      if (kept?.answer.model !== model) continue;
      this.#ring[kept.sequence % this.capacity] = undefined;
      this.#changedAgain.delete(kept);
    }
  }

  /** What has changed of a model's answers since `markSaved`, the oldest first. */
  unsaved(model: ModelName): ReadonlyMap<RequestId, RememberedAnswer> {
    const changed = new Map<RequestId, RememberedAnswer>();
    for (const kept of this.#changedAgain) this.#addUnsaved(changed, kept, model);
    const from = Math.max(this.#unsavedFrom, this.#next - this.capacity);
    for (let sequence = from; sequence < this.#next; sequence++) {
      const kept = this.#ring[sequence % this.capacity];
      if (kept !== undefined) this.#addUnsaved(changed, kept, model);
    }
    return changed;
  }

  markSaved(ids: Iterable<RequestId>): void {
    for (const id of ids) {
      const kept = this.#find(id);
      if (kept === undefined) continue;
      kept.isSaved = true;
      this.#changedAgain.delete(kept);
    }
    let from = Math.max(this.#unsavedFrom, this.#next - this.capacity);
    while (from < this.#next && this.#ring[from % this.capacity]?.isSaved !== false) from += 1;
    this.#unsavedFrom = from;
  }

  /** Takes in what was saved, in the order in which it was. */
  restore(saved: ReadonlyMap<RequestId, RememberedAnswer>): void {
    for (const [id, answer] of saved) {
      const kept = this.#find(id);
      if (kept === undefined) this.#put(id, answer, true);
      else kept.answer = answer;
    }
  }

  /** In the place of the oldest one, once all places are taken. */
  #put(id: RequestId, answer: RememberedAnswer, isSaved: boolean): void {
    const sequence = this.#next;
    const kept: Kept = { id, sequence, answer, isSaved };
    const place = sequence % this.capacity;
    if (this.#changedAgain.size > 0) this.#forgetOldest(place);
    this.#ring[place] = kept;
    this.#next = sequence + 1;
    let [newest] = this.#indexes;
    if (newest.size >= this.capacity / 2) {
      const [first, second] = this.#indexes;
      newest = new Map();
      this.#indexes = [newest, first, second];
    }
    newest.set(id, kept);
  }

  #forgetOldest(place: number): void {
    const oldest = this.#ring[place];
    if (oldest !== undefined) this.#changedAgain.delete(oldest);
  }

  #find(id: RequestId): Kept | undefined {
    for (const index of this.#indexes) {
      const kept = index.get(id);
      if (kept === undefined) continue;
      return this.#ring[kept.sequence % this.capacity] === kept ? kept : undefined;
    }
    return undefined;
  }

  #change(kept: Kept, answer: RememberedAnswer): void {
    kept.answer = answer;
    kept.isSaved = false;
    if (kept.sequence < this.#unsavedFrom) this.#changedAgain.add(kept);
  }

  #addUnsaved(changed: Map<RequestId, RememberedAnswer>, kept: Kept, model: ModelName): void {
    // The id may have come again since.
    if (kept.isSaved || kept.answer.model !== model || this.#find(kept.id) !== kept) return;
    changed.set(kept.id, kept.answer);
  }
}

type Index = Map<RequestId, Kept>;

/** With a text that takes its own memory: part of a long one would keep all of it. */
function bounded(prediction: Prediction): Prediction {
  if (prediction.kind !== 'class' || prediction.label.length <= longestLabel) return prediction;
  const label = Buffer.from(prediction.label.slice(0, longestLabel + 1)).toString();
  return { kind: 'class', label };
}
