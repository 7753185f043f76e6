import { SerinError } from '../../../domain/errors.js';
import type { RequestHeaders } from '../codec.js';
import { describeJson } from '../json/describe-json.js';

const headerName = 'inference-header-content-length';

/** The bytes behind a body's JSON: the binary tensors, one after the other, taken in order. */
export class BinarySection {
  #taken = 0;

  private constructor(
    private readonly bytes: Buffer,
    /** Whether the request said where its JSON ends. */
    private readonly hasHeader: boolean,
  ) {}

  /**
   * Splits a body where `Inference-Header-Content-Length` says that its JSON ends; without the
   * header all of it is JSON.
   * @throws SerinError `invalid-binary`, `unsupported-extension`
   */
  static split(body: Buffer, headers: RequestHeaders): { json: Buffer; binary: BinarySection } {
    const header = headers[headerName];
    if (header === undefined) {
      return { json: body, binary: new BinarySection(body.subarray(body.length), false) };
    }
    const length = lengthOf(header, body.length);
    return {
      json: body.subarray(0, length),
      binary: new BinarySection(body.subarray(length), true),
    };
  }

  /**
   * The next tensor's bytes; a view, not a copy.
   * @param size in bytes, as the client gave it in `binary_data_size`
   * @param where in words: "input x"
   * @throws SerinError `invalid-binary` when it is no size, or so many bytes are not left
   */
  take(size: unknown, where: string): Buffer {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw new SerinError('invalid-binary', {
        expected: `the parameter binary_data_size of ${where} as a number of bytes`,
        found: describeJson(size),
      });
    }
    const left = this.bytes.length - this.#taken;
    if (size > left) {
      throw new SerinError('invalid-binary', {
        expected: `${size} bytes of binary data for ${where}`,
        found: this.hasHeader ? String(left) : 'no Inference-Header-Content-Length',
      });
    }
    this.#taken += size;
    return this.bytes.subarray(this.#taken - size, this.#taken);
  }

  /**
   * Refuses bytes that belong to no tensor.
   * @throws SerinError `invalid-binary`
   */
  refuseRest(): void {
    if (this.#taken === this.bytes.length) return;
    throw new SerinError('invalid-binary', {
      expected: `${this.#taken} bytes of binary data, the sum of every binary_data_size`,
      found: String(this.bytes.length),
    });
  }
}

function lengthOf(header: string | string[], bodyLength: number): number {
  const isNumber = typeof header === 'string' && /^[0-9]{1,15}$/.test(header);
  if (!isNumber || Number(header) > bodyLength) {
    throw new SerinError('invalid-binary', {
      expected: `Inference-Header-Content-Length as a number up to ${bodyLength}, the body's length`,
      found: isNumber ? header : describeJson(header),
    });
  }
  if (Number(header) > 0) return Number(header);
  throw new SerinError('unsupported-extension', {
    expected: 'a JSON inference request before the binary data',
    found: 'Inference-Header-Content-Length 0, a raw binary request',
  });
}
