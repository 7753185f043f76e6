import { isObject } from './difference.js';

type JsonType = 'object' | 'list' | 'number' | 'text' | 'boolean' | 'null';

/**
 * The form of JSON that a server answers with, learnt from answers: which types a value has, which
 * keys every object had, what the elements of its lists are.
 */
export class AnswerForm {
  readonly #types = new Set<JsonType>();
  readonly #fields = new Map<string, AnswerForm>();
  /** Keys that every object seen here had. */
  #always: Set<string> | undefined;
  #elements: AnswerForm | undefined;

  learn(value: unknown): void {
    this.#types.add(typeOf(value));
    if (Array.isArray(value)) {
      this.#elements ??= new AnswerForm();
      for (const element of value) this.#elements.learn(element);
    } else if (isObject(value)) {
      const keys = Object.keys(value);
      this.#always =
        this.#always === undefined
          ? new Set(keys)
          : new Set(keys.filter((key) => this.#always?.has(key)));
      for (const key of keys) {
        const field = this.#fields.get(key) ?? new AnswerForm();
        field.learn(value[key]);
        this.#fields.set(key, field);
      }
    }
  }

  /** How a value differs from what was learnt, in words; undefined where it does not. */
  misfit(value: unknown, place = 'the answer'): string | undefined {
    if (this.#types.size === 0) return undefined;
    const type = typeOf(value);
    if (!this.#types.has(type)) {
      return `${place} should be ${withArticle([...this.#types])}, and is ${withArticle([type])}`;
    }
    if (Array.isArray(value)) {
      for (const [index, element] of value.entries()) {
        const misfit = this.#elements?.misfit(element, `${place}[${index}]`);
        if (misfit !== undefined) return misfit;
      }
    } else if (isObject(value)) {
      return this.#misfitOfFields(value);
    }
    return undefined;
  }

  #misfitOfFields(value: Readonly<Record<string, unknown>>): string | undefined {
    for (const key of this.#always ?? []) {
      if (!Object.hasOwn(value, key)) return `${JSON.stringify(key)} is missing`;
    }
    for (const key in value) {
      const field = this.#fields.get(key);
      if (field === undefined) {
        // Other keys may come and go; this one says that the others cannot be relied on.
        if (key === 'error') return `the answer holds an "error"`;
        continue;
      }
      const misfit = field.misfit(value[key], JSON.stringify(key));
      if (misfit !== undefined) return misfit;
    }
    return undefined;
  }
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

function withArticle(types: readonly JsonType[]): string {
  return types
    .map((type) =>
      type === 'null' || type === 'text' ? type : `${type === 'object' ? 'an' : 'a'} ${type}`,
    )
    .join(' or ');
}
