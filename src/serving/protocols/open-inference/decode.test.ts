import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SerinError } from '../../../domain/errors.js';
import type { OnnxVersion } from '../../../domain/version.js';
import { serinErrorOf } from '../../../../test/protocols/errors.js';
import { tensorSpec, versionOf } from '../../../../test/protocols/version.js';
import type { RequestHeaders } from '../codec.js';
import { openInferenceCodec } from './codec.js';

const outputs = [tensorSpec('y', 'FP32', [-1, 1]), tensorSpec('z', 'INT64', [-1])];
const single = versionOf({ inputs: [tensorSpec('x', 'FP32', [-1, 2])], outputs });
const pair = versionOf({
  inputs: [tensorSpec('a', 'INT8', [-1, 2]), tensorSpec('b', 'BYTES', [-1])],
  outputs,
});

const x = { name: 'x', shape: [2, 2], datatype: 'FP32', data: [1, 2, 3, 4] };
const a = { name: 'a', shape: [1, 2], datatype: 'INT8', data: [1, 2] };
const b = { name: 'b', shape: [1], datatype: 'BYTES', data: ['q'] };

function decode(request: unknown, version: OnnxVersion = single, headers: RequestHeaders = {}) {
  const body = Buffer.isBuffer(request) ? request : Buffer.from(JSON.stringify(request));
  return openInferenceCodec.decode(body, headers, version);
}

function refused(request: unknown, version: OnnxVersion = single, headers: RequestHeaders = {}) {
  const { code, message, status } = serinErrorOf(() => decode(request, version, headers));
  return { code, message, status };
}

/** A request with bytes behind its JSON, whatever its header says. */
function binary(request: unknown, bytes: Uint8Array, headerLength?: string) {
  const json = Buffer.from(JSON.stringify(request));
  return {
    body: Buffer.concat([json, bytes]),
    headers: { 'inference-header-content-length': headerLength ?? String(json.length) },
  };
}

function refusedBinary(parameters: unknown, bytes: Uint8Array, headerLength?: string) {
  const input = { name: 'x', shape: [1, 2], datatype: 'FP32', parameters };
  const { body, headers } = binary({ inputs: [input] }, bytes, headerLength);
  return refused(body, single, headers);
}

describe('what is understood', () => {
  test('inputs come in the order of the signature, whatever the order of the request', () => {
    const { inputs, rows } = decode({ inputs: [b, a] }, pair);
    expect(inputs.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(rows).toBe(1);
  });

  test('rows are the free first dimension', () => {
    expect(decode({ inputs: [x] }).rows).toBe(2);
    const fixed = versionOf({ inputs: [tensorSpec('x', 'FP32', [2, 2])], outputs });
    expect(decode({ inputs: [x] }, fixed).rows).toBe(1);
  });

  test('all outputs are answered when none is named, as bytes where that is asked for', () => {
    const all = (flag: boolean) => [
      { name: 'y', binary: flag },
      { name: 'z', binary: flag },
    ];
    expect(decode({ inputs: [x] }).requested).toEqual(all(false));
    expect(decode({ inputs: [x], outputs: [] }).requested).toEqual(all(false));
    const parameters = { binary_data_output: true };
    expect(decode({ inputs: [x], parameters }).requested).toEqual(all(true));
  });

  test('an output’s own binary_data wins over the request’s', () => {
    const request = {
      inputs: [x],
      parameters: { binary_data_output: true },
      outputs: [{ name: 'z', parameters: { binary_data: false } }, { name: 'y' }],
    };
    expect(decode(request).requested).toEqual([
      { name: 'z', binary: false },
      { name: 'y', binary: true },
    ]);
  });

  test('null stands for left out, as some clients write it', () => {
    const input = { ...x, parameters: null };
    const request = { id: null, parameters: null, outputs: null, inputs: [input] };
    expect(decode(request)).toMatchObject({ id: undefined, rows: 2 });
  });

  test('parameters that do not change the answer are let through', () => {
    const parameters = { priority: 1, timeout: 5, mine: 'too' };
    expect(decode({ inputs: [x], parameters, model_name: 'churn', model_version: '1' }).rows).toBe(
      2,
    );
  });

  test('binary and JSON inputs may be mixed', () => {
    const bytes = new Uint8Array([3, 0, 0, 0, 97, 98, 99]);
    const inBytes = {
      name: 'b',
      shape: [1],
      datatype: 'BYTES',
      parameters: { binary_data_size: 7 },
    };
    const { body, headers } = binary({ inputs: [inBytes, a] }, bytes);
    expect(decode(body, pair, headers).inputs[1]?.data).toEqual([new Uint8Array([97, 98, 99])]);
  });

  test('binary tensors may hold NaN', () => {
    const input = {
      name: 'x',
      shape: [1, 2],
      datatype: 'FP32',
      parameters: { binary_data_size: 8 },
    };
    const { body, headers } = binary(
      { inputs: [input] },
      new Uint8Array(new Float32Array([NaN, 1]).buffer),
    );
    expect(decode(body, single, headers).inputs[0]?.data).toEqual(new Float32Array([NaN, 1]));
  });

  test('a free dimension that is not the rows may be 0', () => {
    const cache = versionOf({ inputs: [tensorSpec('x', 'FP32', [-1, -1, 4])], outputs });
    const input = { ...x, shape: [2, 0, 4], data: [] };
    expect(decode({ inputs: [input] }, cache).inputs[0]).toMatchObject({ shape: [2, 0, 4] });
  });
});

describe('shapes and data', () => {
  test.each([
    [{ ...x, data: [1, 2, 3] }, 'expected 4 numbers, as the shape [2, 2] says', 'found 3'],
    [{ ...x, data: [1, 2, 3, 4, 5] }, 'expected 4 numbers', 'found 5'],
    [{ ...x, data: [[1, 2], [3]] }, 'numbers nested as the shape [2, 2]', 'found 1 in row 2'],
    [{ ...x, data: [[1, 2], 3] }, 'nested', 'found 3 in row 2'],
    [{ ...x, data: [[[1, 2], [3, 4]]] }, 'nested', 'found 1'], // prettier-ignore
    [{ ...x, data: [1, 2, 3, 'x'] }, 'numbers', 'found "x" at position 4'],
    [{ ...x, data: 7 }, '"data" as a list', 'found 7'],
    [{ ...x, data: '1,2' }, '"data" as a list', 'found "1,2"'],
    [{ ...x, shape: [2, 3] }, 'the shape [N, 2] of input x', 'found [2, 3]'],
    [{ ...x, shape: [4] }, 'the shape [N, 2]', 'found [4]'],
    [{ ...x, shape: [0, 2], data: [] }, 'the shape [N, 2]', 'no rows'],
    [{ ...x, shape: [-1, 2] }, 'the shape [N, 2]', 'found the dimension -1'],
    [{ ...x, shape: [1.5, 2] }, 'the shape [N, 2]', 'found the dimension 1.5'],
    [{ ...x, shape: ['2', 2] }, 'the shape [N, 2]', 'found the dimension "2"'],
    [{ ...x, shape: [2 ** 31, 2] }, 'the shape [N, 2]', 'found the dimension 2147483648'],
    [{ ...x, shape: [2 ** 31 - 1, 2] }, 'expected 4294967294 numbers', 'found 4'],
    [{ ...x, shape: 4 }, 'the shape [N, 2]', 'found 4'],
    [{ ...x, shape: undefined }, 'the shape [N, 2]', 'found nothing'],
    [{ ...x, datatype: 'FP64' }, 'the datatype FP32', 'found "FP64"'],
    [{ ...x, name: 'q' }, 'inputs out of "x"', 'found "q"'],
    [{ ...x, name: undefined }, 'inputs out of "x"', 'found nothing'],
  ])('%j', (input, expected, found) => {
    const { code, message } = refused({ inputs: [input] });
    expect(code).toBe('invalid-input');
    expect(message).toContain(expected);
    expect(message).toContain(found);
  });

  test('dimensions that overflow are refused before memory is taken for them', () => {
    const free = versionOf({ inputs: [tensorSpec('x', 'FP32', [-1, -1, -1])], outputs });
    const big = 2 ** 31 - 1;
    for (const shape of [
      [big, big, big],
      [big, 0, 1],
      [1, 0, big],
    ]) {
      // prettier-ignore
      expect(refused({ inputs: [{ ...x, shape, data: [] }] }, free).message).toContain('too large');
    }
    const many = Array(1000).fill(1);
    expect(refused({ inputs: [{ ...x, shape: many }] }, free).message).toContain('1000 dimensions');
  });

  test('inputs that disagree on the rows are refused where rows go together as a batch', () => {
    const inputs = [{ ...a, shape: [2, 2], data: [1, 2, 3, 4] }, b];
    expect(refused({ inputs }, pair).message).toContain('found 2 in a, 1 in b');
    const { signature } = pair;
    const unbatched = versionOf({ ...signature, batching: false });
    expect(decode({ inputs }, unbatched).rows).toBe(2);
  });

  test('missing and repeated inputs are named', () => {
    expect(refused({ inputs: [a] }, pair).message).toContain('found no "b"');
    expect(refused({ inputs: [] }, pair).message).toContain('found no "a"');
    expect(refused({ inputs: [a, b, a] }, pair).message).toContain('found a twice');
  });
});

describe('the request', () => {
  test.each([
    [[], 'invalid-request', 'a JSON object'],
    [{}, 'invalid-request', '"inputs" as a list of tensors, found nothing'],
    [{ inputs: { x } }, 'invalid-request', 'found an object'],
    [{ inputs: [7] }, 'invalid-request', 'every input as an object'],
    [{ inputs: [x], id: 7 }, 'invalid-request', '"id" as a string, found 7'],
    [{ inputs: [x], paramters: {} }, 'invalid-request', 'found "paramters"'],
    [{ inputs: [{ ...x, dtype: 'FP32' }] }, 'invalid-request', 'found "dtype"'],
    [{ inputs: [{ ...x, data: undefined }] }, 'invalid-request', 'found neither'],
    [{ inputs: [{ ...x, parameters: { binary_data_size: 16 } }] }, 'invalid-request', 'found both'],
    [{ inputs: [x], parameters: [] }, 'invalid-request', 'found an empty list'],
    [{ inputs: [x], parameters: { binary_data_output: 1 } }, 'invalid-request', 'true or false'],
    [{ inputs: [x], outputs: {} }, 'invalid-request', '"outputs" as a list'],
    [{ inputs: [x], outputs: ['y'] }, 'invalid-request', 'found "y"'],
    [{ inputs: [x], outputs: [{ name: 'q' }] }, 'invalid-input', 'outputs out of "y", "z"'],
    [{ inputs: [x], outputs: [{ name: 'y' }, { name: 'y' }] }, 'invalid-input', 'y twice'],
  ])('%j', (request, code, message) => {
    const error = refused(request);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test('extensions that would change the answer are refused by name', () => {
    const shared = { ...x, data: undefined, parameters: { shared_memory_region: 'r' } };
    const classes = [{ name: 'y', parameters: { classification: 3 } }];
    expect(refused({ inputs: [shared] })).toMatchObject({
      code: 'unsupported-extension',
      status: 400,
    });
    expect(refused({ inputs: [x], outputs: classes }).message).toContain(
      'found the parameter classification of output y',
    );
  });

  test('a hundred thousand nested lists are refused', () => {
    const nested = (before: string, after: string) =>
      Buffer.from(`${before}${'['.repeat(1e5)}${']'.repeat(1e5)}${after}`);
    expect(refused(nested('{"inputs":', '}')).code).toBe('invalid-request');
    const input = nested('{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":', '}]}');
    expect(refused(input).code).toBe('invalid-input');
    expect(refused(nested('{"inputs":[{"name":', '}]}')).code).toBe('invalid-input');
  });
});

describe('binary data', () => {
  const eight = new Uint8Array(8);
  const size = (bytes: unknown) => ({ binary_data_size: bytes });

  test.each([
    [size(8), eight.subarray(0, 5), undefined, 'expected 8 bytes of binary data for input x, found 5'],
    [size(7), eight.subarray(0, 7), undefined, 'expected 8 bytes for input x: 2 elements of FP32, found 7'],
    [size(8), new Uint8Array(9), undefined, 'the sum of every binary_data_size, found 9'],
    [size(-1), eight, undefined, 'as a number of bytes, found -1'],
    [size('8'), eight, undefined, 'as a number of bytes, found "8"'],
    [size(2 ** 60), eight, undefined, 'as a number of bytes'],
    [size(8), eight, '100000', "the body's length, found 100000"],
    [size(8), eight, '-5', 'found "-5"'],
    [size(8), eight, '1e2', 'found "1e2"'],
    [size(8), eight, '', 'found ""'],
  ])('%j', (parameters, bytes, headerLength, message) => {
    const error = refusedBinary(parameters, bytes, headerLength);
    expect(error.code).toBe('invalid-binary');
    expect(error.message).toContain(message);
  }); // prettier-ignore

  test('a header that ends within the JSON is told as broken JSON', () => {
    expect(refusedBinary(size(8), eight, '10').code).toBe('invalid-json');
  });

  test('a request of bytes alone is an extension that is not there', () => {
    expect(refusedBinary(size(8), eight, '0').code).toBe('unsupported-extension');
  });

  test('without the header the missing header is named', () => {
    const input = { name: 'x', shape: [1, 2], datatype: 'FP32', parameters: size(8) };
    expect(refused({ inputs: [input] }).message).toContain('no Inference-Header-Content-Length');
  });

  test('a repeated header is refused', () => {
    const { body } = binary({ inputs: [x] }, eight);
    const headers = { 'inference-header-content-length': ['5', '6'] };
    expect(refused(body, single, headers).code).toBe('invalid-binary');
  });

  test.each([
    [[2, 0, 0, 0, 97], 'found 1 bytes left of the 2 of element 1'],
    [[255, 255, 255, 255], 'found 0 bytes left of the 4294967295 of element 1'],
    [[1, 0, 0, 0, 97, 98], 'found 1 bytes more'],
    [[1, 0], 'found 2 bytes'],
  ])('strings whose lengths do not fit: %j', (bytes, message) => {
    const inBytes = { ...b, data: undefined, parameters: size(bytes.length) };
    const { body, headers } = binary({ inputs: [a, inBytes] }, Uint8Array.from(bytes));
    const error = refused(body, pair, headers);
    expect(error).toMatchObject({ code: 'invalid-binary' });
    expect(error.message).toContain(message);
  });

  test('strings that stop after the first of two', () => {
    const inBytes = { ...b, shape: [2], data: undefined, parameters: size(8) };
    const { body, headers } = binary(
      { inputs: [a, inBytes] },
      Uint8Array.of(4, 0, 0, 0, 1, 2, 3, 4),
    );
    expect(refused(body, pair, headers).message).toContain('found only 1');
  });

  test('a boolean of 2 is refused', () => {
    const version = versionOf({ inputs: [tensorSpec('x', 'BOOL', [-1])], outputs });
    const input = { name: 'x', shape: [2], datatype: 'BOOL', parameters: size(2) };
    const { body, headers } = binary({ inputs: [input] }, Uint8Array.of(1, 2));
    expect(refused(body, version, headers).message).toContain('found 2 at position 2');
  });
});

describe('whatever is sent', () => {
  const anyHeader = fc.oneof(
    fc.constant(undefined),
    fc.nat({ max: 300 }).map(String),
    fc.string(),
    fc.array(fc.string()),
  );

  function understoodOrRefused(body: Buffer, header: string | string[] | undefined): void {
    for (const version of [single, pair]) {
      try {
        const headers = { 'inference-header-content-length': header };
        const { inputs, rows } = openInferenceCodec.decode(body, headers, version);
        expect(rows).toBeGreaterThan(0);
        for (const { shape, data } of inputs) {
          expect(data).toHaveLength(shape.reduce((product, dimension) => product * dimension, 1));
        }
      } catch (thrown) {
        if (!(thrown instanceof SerinError)) throw thrown;
        expect(Math.floor(thrown.status / 100)).toBe(4);
      }
    }
  }

  test('bytes with any header are understood or refused, never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), anyHeader, (bytes, header) =>
        understoodOrRefused(Buffer.from(bytes), header),
      ),
    );
  });

  test('requests with anything in any place are understood or refused, never a crash', () => {
    const or = <T>(usual: fc.Arbitrary<T>) =>
      fc.oneof({ arbitrary: usual, weight: 6 }, fc.jsonValue());
    const parameters = fc.record(
      {
        binary_data_size: or(fc.nat({ max: 20 })),
        binary_data: or(fc.boolean()),
        binary_data_output: or(fc.boolean()),
      },
      { requiredKeys: [] },
    );
    const input = fc.record(
      {
        name: or(fc.constantFrom('x', 'a', 'b')),
        datatype: or(fc.constantFrom('FP32', 'INT8', 'BYTES')),
        shape: or(fc.array(or(fc.nat({ max: 3 })), { maxLength: 3 })),
        data: or(fc.array(or(fc.integer({ min: -200, max: 200 })), { maxLength: 5 })),
        parameters: or(parameters),
      },
      { requiredKeys: ['name', 'datatype', 'shape'] },
    );
    const request = fc.record(
      {
        id: or(fc.string()),
        inputs: or(fc.array(or(input), { maxLength: 3 })),
        outputs: or(fc.array(or(fc.record({ name: fc.constantFrom('y', 'z'), parameters })))),
        parameters: or(parameters),
      },
      { requiredKeys: ['inputs'] },
    );
    const bytes = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(request, bytes, fc.option(anyHeader), (sent, tail, other) => {
        const { body, headers } = binary(sent, tail);
        understoodOrRefused(body, other ?? headers['inference-header-content-length']);
        understoodOrRefused(body.subarray(0, body.length - tail.length), undefined);
      }),
      { numRuns: 1000 },
    );
  });
});
