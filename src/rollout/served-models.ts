import { SerinError } from '../domain/errors.js';
import type { ModelName } from '../domain/ids.js';
import type { ServedModel } from '../serving/gateway/served-model.js';

/** The models that the gateway routes to, and why others are not among them. */
export class ServedModels {
  #models = new Map<ModelName, ServedModel>();
  readonly #failures = new Map<ModelName, SerinError>();

  /** In the order of their names. */
  all(): readonly ServedModel[] {
    return [...this.#models.values()];
  }

  find(name: ModelName): ServedModel | undefined {
    return this.#models.get(name);
  }

  /** @throws SerinError `model-not-found`, or why it is not served */
  get(name: string): ServedModel {
    const model = this.#models.get(name as ModelName);
    if (model !== undefined) return model;
    throw this.#failures.get(name as ModelName) ?? this.notFound(name);
  }

  get failures(): ReadonlyMap<ModelName, SerinError> {
    return this.#failures;
  }

  add(model: ServedModel): void {
    const { name } = model;
    const isNew = !this.#models.has(name);
    this.#models.set(name, model);
    this.#failures.delete(name);
    // In the order of names, in which people read lists of them; not in that of their loading.
    if (isNew) this.#models = new Map([...this.#models].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  fail(name: ModelName, error: SerinError): void {
    this.#failures.set(name, error);
  }

  notFound(name: string): SerinError {
    const names = [...this.#models.keys()];
    return new SerinError('model-not-found', {
      expected: names.length === 0 ? 'a model that is served' : `one of ${names.join(', ')}`,
      found: name,
    });
  }
}
