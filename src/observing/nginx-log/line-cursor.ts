const [tab, comma, dot, zero, colon, letterA] = [9, 44, 46, 48, 58, 97];
const powersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];
/** As many digits as always fit into 31 bits. */
const shortDigits = 9;

/**
 * Reads the fields of a line one after the other, among the bytes of many and without a text of its
 * own for each: taking lines apart is most of what Serin does beside NGINX.
 */
export class LineCursor {
  #bytes: Buffer = Buffer.alloc(0);
  #place = 0;
  #end = 0;
  /** The last text that `sameText` read, and its bytes. */
  #text = '';
  #textBytes: Buffer = Buffer.alloc(0);
  /** Of the last `firstNumber`: how many numbers there were. */
  listed = 0;

  /** Begins with the line from `start` to `end`. */
  begin(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#place = start;
    this.#end = end;
  }

  /** Whether every field was read, and there is none more. */
  get isAtEnd(): boolean {
    return this.#place === this.#end + 1;
  }

  /** Goes on behind the field where it is this; stays before it otherwise. */
  passes(expected: Uint8Array): boolean {
    const bytes = this.#bytes;
    const start = this.#place;
    const after = start + expected.length;
    if (after > this.#end || (after < this.#end && bytes[after] !== tab)) return false;
    for (let i = 0; i < expected.length; i += 1) {
      if (bytes[start + i] !== expected[i]) return false;
    }
    this.#place = after + 1;
    return true;
  }

  /** A number without a sign, times something; NaN for any other field, which is passed, too. */
  number(times = 1): number {
    const value = this.#numberHere(times);
    if (this.#place < this.#end && this.#bytes[this.#place] !== tab) {
      this.passAny();
      return NaN;
    }
    this.#place += 1;
    return value;
  }

  /** A whole number of lower case hexadecimal digits; NaN for any other field, which is passed, too. */
  hexadecimal(): number {
    const [bytes, end] = [this.#bytes, this.#end];
    const start = this.#place;
    let value = 0;
    let place = start;
    for (; place < end && bytes[place] !== tab; place += 1) {
      const digit = hexadecimalDigit(bytes[place] ?? 0);
      if (digit < 0) {
        this.passAny();
        return NaN;
      }
      value = value * 16 + digit;
    }
    this.#place = place + 1;
    return place === start ? NaN : value;
  }

  /**
   * The first of some numbers with commas or colons between, as `number`; the field is passed.
   * `listed` is how many there are then.
   */
  firstNumber(times = 1): number {
    const value = this.#numberHere(times);
    const [bytes, end] = [this.#bytes, this.#end];
    let listed = 1;
    let place = this.#place;
    for (; place < end && bytes[place] !== tab; place += 1) {
      if (bytes[place] === comma || bytes[place] === colon) listed += 1;
    }
    this.#place = place + 1;
    this.listed = listed;
    return value;
  }

  /** The digits before a dot, which is passed; NaN where there are none, or no dot is behind them. */
  numberBeforeDot(): number {
    const before = this.#place;
    const whole = this.#digits();
    if (this.#place === before || this.#bytes[this.#place] !== dot) return NaN;
    this.#place += 1;
    return whole;
  }

  text(): string {
    const start = this.#place;
    this.passAny();
    return this.#bytes.toString('latin1', start, this.#place - 1);
  }

  /** The same as `text` for a field that is the same in most lines: it is made once. */
  sameText(): string {
    if (this.passes(this.#textBytes)) return this.#text;
    this.#text = this.text();
    this.#textBytes = Buffer.from(this.#text, 'latin1');
    return this.#text;
  }

  /** Goes on behind the field, whatever it is. */
  passAny(): void {
    const [bytes, end] = [this.#bytes, this.#end];
    let place = this.#place;
    while (place < end && bytes[place] !== tab) place += 1;
    this.#place = place + 1;
  }

  /** NaN where no digit is here. */
  #numberHere(times: number): number {
    const before = this.#place;
    const whole = this.#digits();
    if (this.#place === before) return NaN;
    if (this.#place === this.#end || this.#bytes[this.#place] !== dot) return whole * times;
    this.#place += 1;
    const from = this.#place;
    const fraction = this.#digits();
    const digits = this.#place - from;
    // So that whole milliseconds stay whole.
    return whole * times + fraction * (times / (powersOfTen[digits] ?? 10 ** digits));
  }

  /** 0 where there are none. */
  #digits(): number {
    const [bytes, end] = [this.#bytes, this.#end];
    let place = this.#place;
    let short = 0;
    const shortEnd = Math.min(end, place + shortDigits);
    for (; place < shortEnd; place += 1) {
      const digit = (bytes[place] ?? 0) - zero;
      if (digit < 0 || digit > 9) break;
      short = (short * 10 + digit) | 0;
    }
    let value = short;
    if (place === shortEnd) {
      for (; place < end; place += 1) {
        const digit = (bytes[place] ?? 0) - zero;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
    }
    this.#place = place;
    return value;
  }
}

/** -1 for anything else. */
function hexadecimalDigit(byte: number): number {
  if (byte >= zero && byte < colon) return byte - zero;
  return byte >= letterA && byte < letterA + 6 ? byte - letterA + 10 : -1;
}
