import type { Arm } from '../domain/arm.js';
import type { ModelName, RequestId } from '../domain/ids.js';
import type { Prediction } from '../domain/observation.js';

/** What is remembered of an answer until somebody says whether it was right. */
export interface RememberedAnswer {
  readonly model: ModelName;
  /** The arm that answered. */
  readonly arm: Arm;
  readonly prediction: Prediction | undefined;
  /** When the step began in which it was given. */
  readonly step: number;
  /** Whether feedback on it was taken already. */
  judged: boolean;
}

/**
 * Answers by their request's id, until feedback comes: late, out of order, twice, or never. Of the
 * newest `capacity` answers only, so that memory is bounded whatever comes; none survives a restart.
 */
export class AnswersToJudge {
  readonly #answers = new Map<RequestId, RememberedAnswer>();

  /** @param capacity how many answers are remembered; about 200 bytes each */
  constructor(private readonly capacity: number) {}

  remember(id: RequestId, answer: Omit<RememberedAnswer, 'judged'>): void {
    // An id that comes again is another request: its feedback is about the newer answer.
    this.#answers.delete(id);
    this.#answers.set(id, { ...answer, judged: false });
    if (this.#answers.size <= this.capacity) return;
    const oldest = this.#answers.keys().next();
    if (oldest.done !== true) this.#answers.delete(oldest.value);
  }

  find(id: RequestId): RememberedAnswer | undefined {
    return this.#answers.get(id);
  }

  forget(model: ModelName): void {
    for (const [id, answer] of this.#answers) if (answer.model === model) this.#answers.delete(id);
  }
}
