import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequestId } from '../../../domain/ids.js';
import {
  type Datatype,
  datatypes,
  elementCount,
  type Tensor,
  type TensorData,
} from '../../../domain/tensor.js';
import type { OnnxVersion } from '../../../domain/version.js';
import { tensorSpec, versionOf } from '../../../../test/protocols/version.js';
import {
  fromBf16Bits,
  fromFp16Bits,
  isFiniteBf16,
  isFiniteFp16,
  toBf16Bits,
  toFp16Bits,
} from '../elements/small-float.js';
import type { EncodedAnswer, RequestHeaders } from '../codec.js';
import { openInferenceCodec } from './codec.js';

describe.each(datatypes)('%s', (datatype) => {
  test('binary tensors arrive and leave bit by bit, whatever they hold', () => {
    fc.assert(
      fc.property(tensors(datatype), fc.string(), (tensor, id) => {
        const sent = clientRequest({ id, tensors: [tensor], binary: true });
        const { call, version } = decoded(sent, [tensor]);
        expect(call).toMatchObject({ id, requested: [{ name: tensor.name, binary: true }] });
        expect(bits(call.inputs[0])).toEqual(bits(tensor));
        const received = clientResponse(answerWith([tensor], call, version));
        expect(received).toMatchObject({ id, model_name: 'churn', model_version: '1' });
        expect(bits(received.tensors[0])).toEqual(bits(tensor));
      }),
    );
  });

  test('JSON tensors arrive and leave without loss', () => {
    fc.assert(
      fc.property(tensors(datatype, 'json'), fc.boolean(), (tensor, nested) => {
        const sent = clientRequest({ tensors: [tensor], binary: false, nested });
        const { call, version } = decoded(sent, [tensor]);
        expect(call).toMatchObject({ id: undefined, requested: [{ binary: false }] });
        expect(bits(call.inputs[0])).toEqual(bits(tensor));
        const received = clientResponse(answerWith([tensor], call, version));
        expect(received).not.toHaveProperty('id');
        expect(bits(received.tensors[0])).toEqual(bits(tensor));
      }),
    );
  });
});

test('binary tensors of several datatypes stand one behind the other', () => {
  const several = fc.tuple(tensors('BOOL', 'any', 'a'), tensors('FP64', 'any', 'b'), tensors('BYTES', 'any', 'c')); // prettier-ignore
  fc.assert(
    fc.property(several, (sent) => {
      const request = clientRequest({ tensors: sent, binary: true });
      const { call, version } = decoded(request, sent);
      expect(call.inputs.map(bits)).toEqual(sent.map(bits));
      const received = clientResponse(answerWith(sent, call, version));
      expect(received.tensors.map(bits)).toEqual(sent.map(bits));
    }),
  );
});

// What follows is a client, written from the protocol's text and not from the code under test.

interface ClientRequest {
  readonly id?: string;
  readonly tensors: readonly Tensor[];
  /** As Triton's client does: binary inputs, and binary outputs without naming any. */
  readonly binary: boolean;
  readonly nested?: boolean;
}

/** What stands for −0 until it is written: JSON.stringify would make 0 of it. */
const minusZero = '"minus zero"';

interface SentRequest {
  readonly body: Buffer;
  readonly headers: RequestHeaders;
}

function clientRequest({ id, tensors: sent, binary, nested }: ClientRequest): SentRequest {
  const sections = binary ? sent.map(binaryOf) : [];
  const inputs = sent.map((tensor, i) => ({
    name: tensor.name,
    shape: tensor.shape,
    datatype: tensor.datatype,
    ...(binary
      ? { parameters: { binary_data_size: sections[i]!.length } }
      : { data: nested === true ? nest(jsonOf(tensor), tensor.shape) : jsonOf(tensor) }),
  }));
  const parameters = binary ? { parameters: { binary_data_output: true } } : {};
  const text = JSON.stringify({ ...(id === undefined ? {} : { id }), inputs, ...parameters });
  const json = Buffer.from(text.replaceAll(minusZero, '-0'));
  return {
    body: Buffer.concat([json, ...sections]),
    headers: binary ? { 'inference-header-content-length': String(json.length) } : {},
  };
}

interface ReceivedOutput {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: number[];
  readonly data?: unknown[];
  readonly parameters?: { readonly binary_data_size: number };
}

function clientResponse({ headers, body }: EncodedAnswer) {
  const bytes = Buffer.from(body);
  const header = headers['inference-header-content-length'];
  const json = bytes.subarray(0, header === undefined ? bytes.length : Number(header)).toString();
  // A client in another language reads long integers exactly; JSON.parse needs them as strings.
  const exact = json.replace(/(?<=[[,])-?\d{16,}(?=[,\]])/g, '"$&"');
  const response = JSON.parse(exact) as { outputs: ReceivedOutput[] };
  let at = header === undefined ? bytes.length : Number(header);
  const received = response.outputs.map(({ name, datatype, shape, data, parameters }): Tensor => {
    if (parameters === undefined) {
      return { name, datatype, shape, data: dataOfJson(datatype, data ?? []) };
    }
    const section = bytes.subarray(at, at + parameters.binary_data_size);
    at += section.length;
    return { name, datatype, shape, data: dataOfBinary(datatype, section) };
  });
  expect(at).toBe(bytes.length);
  return { ...response, tensors: received };
}

function binaryOf({ datatype, data }: Tensor): Buffer {
  if (datatype !== 'BYTES') return rawBytes(data);
  return Buffer.concat(
    (data as Uint8Array[]).flatMap((element) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(element.length);
      return [length, element];
    }),
  );
}

function dataOfBinary(datatype: Datatype, section: Buffer): TensorData {
  if (datatype !== 'BYTES') return arrays[datatype](new Uint8Array(section).buffer);
  const elements: Uint8Array[] = [];
  for (let at = 0; at < section.length;) {
    const length = section.readUInt32LE(at);
    elements.push(section.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return elements;
}

function jsonOf({ datatype, data }: Tensor): unknown[] {
  if (datatype === 'BYTES') return (data as Uint8Array[]).map((e) => Buffer.from(e).toString());
  const held = [...(data as Iterable<number | bigint>)];
  if (datatype === 'BOOL') return held.map((element) => element === 1);
  let elements = held;
  if (datatype === 'FP16') elements = held.map((element) => fromFp16Bits(Number(element)));
  if (datatype === 'BF16') elements = held.map((element) => fromBf16Bits(Number(element)));
  return elements.map((element) => {
    if (Object.is(element, -0)) return JSON.parse(minusZero) as string;
    const isExact = typeof element === 'number' || Number.isSafeInteger(Number(element));
    return isExact ? Number(element) : element.toString();
  });
}

function dataOfJson(datatype: Datatype, elements: unknown[]): TensorData {
  if (datatype === 'BYTES') return elements.map((element) => Buffer.from(element as string));
  if (datatype === 'FP16') return Uint16Array.from(elements as number[], toFp16Bits);
  if (datatype === 'BF16') return Uint16Array.from(elements as number[], toBf16Bits);
  if (datatype === 'INT64') return BigInt64Array.from(elements.map((e) => BigInt(e as string)));
  if (datatype === 'UINT64') return BigUint64Array.from(elements.map((e) => BigInt(e as string)));
  const array = arrays[datatype](new ArrayBuffer(0)) as Float64Array;
  return (array.constructor as Float64ArrayConstructor).from(elements.map(Number));
}

function nest(elements: unknown[], shape: readonly number[]): unknown[] {
  const [length = 1, ...inner] = shape;
  if (inner.length === 0) return elements;
  const stride = elementCount(inner);
  return Array.from({ length }, (_, i) =>
    nest(elements.slice(i * stride, (i + 1) * stride), inner),
  );
}

const arrays: Record<Exclude<Datatype, 'BYTES'>, (buffer: ArrayBuffer) => TensorData> = {
  BOOL: (buffer) => new Uint8Array(buffer),
  UINT8: (buffer) => new Uint8Array(buffer),
  UINT16: (buffer) => new Uint16Array(buffer),
  UINT32: (buffer) => new Uint32Array(buffer),
  UINT64: (buffer) => new BigUint64Array(buffer),
  INT8: (buffer) => new Int8Array(buffer),
  INT16: (buffer) => new Int16Array(buffer),
  INT32: (buffer) => new Int32Array(buffer),
  INT64: (buffer) => new BigInt64Array(buffer),
  FP16: (buffer) => new Uint16Array(buffer),
  BF16: (buffer) => new Uint16Array(buffer),
  FP32: (buffer) => new Float32Array(buffer),
  FP64: (buffer) => new Float64Array(buffer),
};

// And this is what goes through it.

/** Tensors of any shape; `json` leaves out what JSON cannot carry: NaN, infinities, odd bytes. */
function tensors(datatype: Datatype, content: 'any' | 'json' = 'any', name = 'x') {
  const dimension = fc.integer({ min: 1, max: 4 });
  return fc
    .tuple(fc.constant(2), fc.array(dimension, { maxLength: 2 }))
    .chain(([rows, inner]) => {
      const shape = [rows, ...inner];
      const length = elementCount(shape);
      const bounds = { minLength: length, maxLength: length };
      const text = fc.string({ unit: 'binary' }).map((string) => Buffer.from(string));
      const bytes = content === 'json' ? text : fc.uint8Array();
      const data: fc.Arbitrary<TensorData> =
        datatype === 'BYTES'
          ? fc.array(bytes, bounds)
          : fc.array(elementBits(datatype), bounds).map((elements) => fromBits(datatype, elements));
      return data.map((held): Tensor => ({ name, datatype, shape, data: held }));
    })
    .filter((tensor) => content === 'any' || isFiniteTensor(tensor));
}

/** 64 bits, often the extremes, of which a datatype takes its lowest. */
function elementBits(datatype: Datatype): fc.Arbitrary<bigint> {
  if (datatype === 'BOOL') return fc.bigInt({ min: 0n, max: 1n });
  const extremes = fc.constantFrom(0n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n);
  return fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), extremes);
}

function fromBits(datatype: Exclude<Datatype, 'BYTES'>, elements: readonly bigint[]): TensorData {
  const probe = arrays[datatype](new ArrayBuffer(0)) as Float64Array;
  const buffer = new ArrayBuffer(elements.length * probe.BYTES_PER_ELEMENT);
  const view = new DataView(buffer);
  elements.forEach((element, i) => {
    for (let byte = 0; byte < probe.BYTES_PER_ELEMENT; byte++) {
      const shifted = Number((element >> BigInt(8 * byte)) & 0xffn);
      view.setUint8(i * probe.BYTES_PER_ELEMENT + byte, shifted);
    }
  });
  return arrays[datatype](buffer);
}

function isFiniteTensor({ datatype, data }: Tensor): boolean {
  if (datatype === 'FP16') return [...(data as Uint16Array)].every(isFiniteFp16);
  if (datatype === 'BF16') return [...(data as Uint16Array)].every(isFiniteBf16);
  if (datatype === 'FP32') return (data as Float32Array).every(Number.isFinite);
  if (datatype === 'FP64') return (data as Float64Array).every(Number.isFinite);
  return true;
}

function decoded({ body, headers }: SentRequest, sent: readonly Tensor[]) {
  const specs = sent.map(({ name, datatype, shape }) =>
    tensorSpec(name, datatype, [-1, ...shape.slice(1)]),
  );
  const version = versionOf({ inputs: specs, outputs: specs });
  return { call: openInferenceCodec.decode(body, headers, version), version };
}

function answerWith(
  outputs: readonly Tensor[],
  call: ReturnType<typeof openInferenceCodec.decode>,
  version: OnnxVersion,
): EncodedAnswer {
  const facts = { version, arm: 'stable', requestId: 'r1' as RequestId, latencyMs: 1 } as const;
  return openInferenceCodec.encode(outputs, call, facts);
}

/** A tensor's very bytes, so that NaN equals NaN and −0 differs from 0. */
function bits(tensor: Tensor | undefined): unknown {
  if (tensor === undefined) return undefined;
  const { name, datatype, shape, data } = tensor;
  const raw = datatype === 'BYTES' ? (data as Uint8Array[]).map(hex) : hex(rawBytes(data));
  return { name, datatype, shape, raw };
}

function rawBytes(data: TensorData): Buffer {
  const { buffer, byteOffset, byteLength } = data as Uint8Array<ArrayBuffer>;
  return Buffer.from(buffer, byteOffset, byteLength);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
