import { lineFields } from './line-format.js';

const [tab, dot, zero] = [9, 46, 48];

/**
 * The fields of a line, found without a text of its own for each: taking lines apart is most of
 * what Serin does beside NGINX.
 */
export class LineFields {
  /** Where each field begins, and after the last where the next would. */
  static readonly #starts = new Int32Array(lineFields.length + 1);

  private constructor(private readonly line: string) {}

  /**
   * Undefined where there are more or fewer.
   * @returns valid until the next line is taken apart
   */
  static of(line: string): LineFields | undefined {
    const starts = LineFields.#starts;
    let field = 1;
    for (let place = 0; place < line.length; place += 1) {
      if (line.charCodeAt(place) !== tab) continue;
      if (field === lineFields.length) return undefined;
      starts[field] = place + 1;
      field += 1;
    }
    starts[field] = line.length + 1;
    return field === lineFields.length ? new LineFields(line) : undefined;
  }

  text(field: number): string {
    return this.line.slice(this.#start(field), this.#end(field));
  }

  is(field: number, text: string): boolean {
    const start = this.#start(field);
    return this.#end(field) - start === text.length && this.line.startsWith(text, start);
  }

  oneOf<Text extends string>(field: number, texts: readonly Text[]): Text | undefined {
    return texts.find((text) => this.is(field, text));
  }

  /** A number without a sign, times something; undefined for anything else. */
  number(field: number, times = 1): number | undefined {
    const [start, end] = [this.#start(field), this.#end(field)];
    if (start === end) return undefined;
    let [digits, divisor, hasDot] = [0, 1, false];
    for (let place = start; place < end; place += 1) {
      const code = this.line.charCodeAt(place);
      if (code === dot && !hasDot) {
        hasDot = true;
        continue;
      }
      if (code < zero || code > zero + 9) return undefined;
      digits = digits * 10 + code - zero;
      if (hasDot) divisor *= 10;
    }
    return (digits / divisor) * times;
  }

  #start(field: number): number {
    return LineFields.#starts[field] ?? 0;
  }

  #end(field: number): number {
    return (LineFields.#starts[field + 1] ?? 0) - 1;
  }
}
