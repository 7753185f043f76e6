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

/**
 * Answers by their request's id, until feedback comes: late, out of order, twice, or never. Of the
 * newest `capacity` answers only, so that memory is bounded whatever comes. It knows which of them
 * have changed since they were saved last.
 */
export class AnswersToJudge {
  readonly #answers = new Map<RequestId, RememberedAnswer & { readonly place: number }>();
  /**
   * Ids in the order in which they came, round and round. The first key of a map would tell the
   * oldest as well, but finding it takes longer the more keys were deleted before it (20 µs).
   */
  readonly #order: RequestId[] = [];
  #place = 0;
  readonly #unsaved = new Set<RequestId>();

  /** @param capacity how many answers are remembered; about 250 bytes each */
  constructor(readonly capacity: number) {}

  remember(
    id: RequestId,
    { model, arm, prediction, step }: Omit<RememberedAnswer, 'judged'>,
  ): void {
    // An id that comes again is another request: its feedback is about the newer answer.
    this.#put(id, {
      model,
      arm,
      prediction: prediction && bounded(prediction),
      step,
      judged: false,
    });
    this.#unsaved.add(id);
  }

  find(id: RequestId): RememberedAnswer | undefined {
    return this.#answers.get(id);
  }

  /** The canary answered a copy of the request as well, in a shadow step. */
  addCopy(id: RequestId, model: ModelName, copy: Prediction): void {
    const answer = this.#answers.get(id);
    // Clients choose ids, and may give one twice.
    if (answer?.model !== model || answer.arm !== Arm.Stable) return;
    this.#answers.set(id, { ...answer, copy: bounded(copy) });
    this.#unsaved.add(id);
  }

  /** Feedback on this answer was taken: no other counts. */
  markJudged(id: RequestId): void {
    const answer = this.#answers.get(id);
    if (answer === undefined) return;
    this.#answers.set(id, { ...answer, judged: true });
    this.#unsaved.add(id);
  }

  forget(model: ModelName): void {
    for (const [id, answer] of this.#answers) {
      if (answer.model !== model) continue;
      this.#answers.delete(id);
      this.#unsaved.delete(id);
    }
  }

  /** What has changed of a model's answers since `markSaved`, the oldest first. */
  unsaved(model: ModelName): ReadonlyMap<RequestId, RememberedAnswer> {
    const changed = new Map<RequestId, RememberedAnswer>();
    for (const id of this.#unsaved) {
      const answer = this.#answers.get(id);
      if (answer?.model === model) changed.set(id, answer);
    }
    return changed;
  }

  markSaved(ids: Iterable<RequestId>): void {
    for (const id of ids) this.#unsaved.delete(id);
  }

  /** Takes in what was saved, in the order in which it was. */
  restore(saved: ReadonlyMap<RequestId, RememberedAnswer>): void {
    for (const [id, answer] of saved) {
      const known = this.#answers.get(id);
      if (known === undefined) this.#put(id, answer);
      else this.#answers.set(id, { ...answer, place: known.place });
    }
  }

  /** In the place of the oldest one, once all places are taken. */
  #put(id: RequestId, answer: RememberedAnswer): void {
    const place = this.#place;
    const oldest = this.#order[place];
    if (oldest !== undefined && this.#answers.get(oldest)?.place === place) {
      this.#answers.delete(oldest);
      this.#unsaved.delete(oldest);
    }
    this.#order[place] = id;
    this.#answers.set(id, { ...answer, place });
    this.#place = (place + 1) % this.capacity;
  }
}

/** With a text that takes its own memory: part of a long one would keep all of it. */
function bounded(prediction: Prediction): Prediction {
  if (prediction.kind !== 'class' || prediction.label.length <= longestLabel) return prediction;
  const label = Buffer.from(prediction.label.slice(0, longestLabel + 1)).toString();
  return { kind: 'class', label };
}
