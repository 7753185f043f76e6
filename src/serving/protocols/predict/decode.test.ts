import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Datatype, TensorData } from '../../../domain/tensor.js';
import { SerinError } from '../../../domain/errors.js';
import type { OnnxVersion } from '../../../domain/version.js';
import { serinErrorOf } from '../../../../test/protocols/errors.js';
import { churn, tensorSpec, versionOf } from '../../../../test/protocols/version.js';
import { predictCodec } from './codec.js';

const row = [0.5, 1.2, 0.8, 0.3, 1.1];
const digits = versionOf({ inputs: [tensorSpec('image', 'FP32', [-1, 1, 28, 28])] });
const image = Array.from({ length: 28 }, (_, y) =>
  Array.from({ length: 28 }, (_, x) => y * 28 + x),
);
const columns = versionOf({
  inputs: [tensorSpec('age', 'INT64', [-1, 1]), tensorSpec('city', 'BYTES', [-1, 1])],
});

function decode(request: unknown, version: OnnxVersion = churn) {
  const body = typeof request === 'string' ? request : JSON.stringify(request);
  return predictCodec.decode(Buffer.from(body), {}, version);
}

function refused(request: unknown, version: OnnxVersion = churn) {
  const { code, message, advice } = serinErrorOf(() => decode(request, version));
  return { code, message, advice };
}

describe('rows', () => {
  test('one row is one row', () => {
    expect(decode({ features: row })).toMatchObject({
      rows: 1,
      manyRows: false,
      inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 5], data: new Float32Array(row) }],
    });
  });

  test('a list of rows is answered with a list, also when it holds one', () => {
    expect(decode({ features: [row] })).toMatchObject({ rows: 1, manyRows: true });
    const many = decode({ features: [row, [5, 4, 3, 2, 1]] });
    expect(many).toMatchObject({ rows: 2, manyRows: true, inputs: [{ shape: [2, 5] }] });
    expect(many.inputs[0]?.data).toEqual(new Float32Array([...row, 5, 4, 3, 2, 1]));
  });

  test('an image may be nested fully, without its one channel, or flat', () => {
    for (const written of [[image], image, image.flat()]) {
      const { inputs, manyRows } = decode({ features: written }, digits);
      expect(manyRows).toBe(false);
      expect(inputs[0]?.shape).toEqual([1, 1, 28, 28]);
      expect(inputs[0]?.data).toEqual(new Float32Array(image.flat()));
    }
  });

  test('several images may be nested fully or flat', () => {
    for (const written of [[[image], [image], [image]], Array(3).fill(image.flat())]) {
      const { inputs, rows, manyRows } = decode({ features: written }, digits);
      expect({ rows, manyRows, shape: inputs[0]?.shape }).toEqual({
        rows: 3,
        manyRows: true,
        shape: [3, 1, 28, 28],
      });
    }
  });

  test('a model that was exported for one row takes one row, in or out of a list', () => {
    const fixed = versionOf({ inputs: [tensorSpec('x', 'FP32', [1, 5])] });
    expect(decode({ features: row }, fixed)).toMatchObject({ manyRows: false });
    expect(decode({ features: [row] }, fixed)).toMatchObject({ manyRows: true, rows: 1 });
    expect(refused({ features: [row, row] }, fixed).message).toContain('found 2');
  });

  test('a model without rows takes its whole input', () => {
    const whole = versionOf({ inputs: [tensorSpec('x', 'FP32', [2, 3])] });
    const { inputs, rows } = decode({ features: [[1, 2, 3], [4, 5, 6]] }, whole); // prettier-ignore
    expect(inputs[0]).toMatchObject({ shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) });
    expect(rows).toBe(1);
    const scalar = versionOf({ inputs: [tensorSpec('x', 'FP32', [])] });
    expect(decode({ features: 7 }, scalar).inputs[0]).toMatchObject({ shape: [] });
  });

  test('a row of free length may have any length', () => {
    const tokens = versionOf({ inputs: [tensorSpec('ids', 'INT64', [-1, -1])] });
    expect(decode({ features: [3, 1, 4] }, tokens).inputs[0]?.shape).toEqual([1, 3]);
    expect(decode({ features: [[3, 1], [4, 1]] }, tokens).inputs[0]?.shape).toEqual([2, 2]); // prettier-ignore
    expect(refused({ features: [[3, 1], [4]] }, tokens).message).toContain('found 1 in row 2');
  });
});

describe('named inputs', () => {
  test('one row by name, with or without brackets around a single value', () => {
    for (const inputs of [
      { age: 42, city: 'Bern' },
      { city: ['Bern'], age: [42] },
    ]) {
      expect(decode({ inputs }, columns)).toMatchObject({
        rows: 1,
        manyRows: false,
        inputs: [
          { name: 'age', shape: [1, 1], data: new BigInt64Array([42n]) },
          { name: 'city', shape: [1, 1], data: [Uint8Array.from(Buffer.from('Bern'))] },
        ],
      });
    }
  });

  test('many rows by name', () => {
    const call = decode({ inputs: { age: [[42], [7]], city: [['Bern'], ['Chur']] } }, columns);
    expect(call).toMatchObject({ rows: 2, manyRows: true });
  });

  test('inputs that disagree on the rows are refused', () => {
    expect(refused({ inputs: { age: [[42], [7]], city: [['Bern']] } }, columns).message).toContain(
      'age as a list of 2, city as a list of 1',
    );
    expect(refused({ inputs: { age: [[42]], city: 'Bern' } }, columns).message).toContain(
      'age as a list of 1, city as one row',
    );
  });

  test('an input with a fixed first dimension has no say in the rows', () => {
    const scaled = versionOf({
      inputs: [tensorSpec('x', 'FP32', [-1, 2]), tensorSpec('scale', 'FP32', [1])],
    });
    const call = decode({ inputs: { x: [[1, 2], [3, 4]], scale: 2 } }, scaled); // prettier-ignore
    expect(call).toMatchObject({ rows: 2, manyRows: true, inputs: [{}, { shape: [1] }] });
  });

  test('missing and unknown names are named', () => {
    expect(refused({ inputs: { age: 42, town: 'Bern' } }, columns)).toMatchObject({
      code: 'invalid-input',
      message:
        'An input does not fit the model: expected the inputs "age", "city", found the unknown "town" and no "city"',
    });
  });

  test('a name that every object inherits is not taken for an input', () => {
    const odd = versionOf({ inputs: [tensorSpec('constructor', 'FP32', [-1, 1])] });
    expect(refused({ inputs: {} }, odd).message).toContain('no "constructor"');
    expect(refused('{"inputs":{"__proto__":[1]}}', odd).message).toContain('unknown "__proto__"');
  });
});

describe('what does not fit is refused with what was expected and what was found', () => {
  test.each([
    [row.slice(1), 'expected 5 numbers a row (input features [N, 5]), found 4'],
    [[row, row.slice(1)], 'expected 5 numbers a row (input features [N, 5]), found 4 in row 2'],
    [[], 'expected 5 numbers a row (input features [N, 5]), found 0'],
    [[[]], 'expected 5 numbers a row (input features [N, 5]), found 0 in row 1'],
    [[row, 7], 'expected 5 numbers a row (input features [N, 5]), found 7 in row 2'],
    [7, 'expected 5 numbers a row (input features [N, 5]), found 7'],
    [{ a: 1 }, 'expected 5 numbers a row (input features [N, 5]), found an object'],
    [[[row]], 'found a list nested more than 2 deep'],
    [[0.5, 1.2, 0.8, 0.3, 'x'], 'found "x" at position 5'],
    [[row, [1, 2, 3, null, 5]], 'found null in row 2, position 4'],
    [[1, 2, 3, 4, true], 'found true at position 5'],
    [[1, 2, 3, 4, [5]], 'found a list of 1 at position 5'],
    [[1, 2, 3, 4, 1e39], 'within the range of FP32 (input features [N, 5]), found 1e+39'],
  ])('%j', (features, message) => {
    const error = refused({ features });
    expect(error.code).toBe('invalid-input');
    expect(error.message).toContain(message);
  });

  test('a ragged image says where', () => {
    const ragged = image.map((line, y) => (y === 3 ? line.slice(1) : line));
    expect(refused({ features: ragged }, digits).message).toContain('found 27 at position 4');
    expect(refused({ features: [image.flat(), [1]] }, digits).message).toContain(
      'expected 784 numbers a row (input image [N, 1, 28, 28]), found 1 in row 2',
    );
  });

  test('rows whose first one promises too much are refused before memory is taken for them', () => {
    const tokens = versionOf({ inputs: [tensorSpec('ids', 'FP64', [-1, -1])] });
    const long = `[${'1,'.repeat(99_999)}1]`;
    expect(refused(`{"features":[${long}${',[]'.repeat(200_000)}]}`, tokens).message).toContain(
      'found 0 in row 2',
    );
  });
});

describe('datatypes', () => {
  const accepted: [Datatype, readonly unknown[], TensorData][] = [
    ['BOOL', [true, false, 1, 0], new Uint8Array([1, 0, 1, 0])],
    ['UINT8', [0, 255], new Uint8Array([0, 255])],
    ['INT8', [-128, 127], new Int8Array([-128, 127])],
    ['UINT16', [0, 65535], new Uint16Array([0, 65535])],
    ['INT16', [-32768, 32767], new Int16Array([-32768, 32767])],
    ['UINT32', [0, 4294967295], new Uint32Array([0, 4294967295])],
    ['INT32', [-2147483648, 2147483647], new Int32Array([-2147483648, 2147483647])],
    ['INT64', [1, '-9223372036854775808'], new BigInt64Array([1n, -(2n ** 63n)])],
    ['UINT64', [1, '18446744073709551615'], new BigUint64Array([1n, 2n ** 64n - 1n])],
    ['FP16', [1, -65504], new Uint16Array([0x3c00, 0xfbff])],
    ['BF16', [1, -2], new Uint16Array([0x3f80, 0xc000])],
    ['FP64', [0.1, 1e300], new Float64Array([0.1, 1e300])],
    ['BYTES', ['é', ''], [new Uint8Array([0xc3, 0xa9]), new Uint8Array()]],
  ];
  test.each(accepted)('%s takes %j', (datatype, features, data) => {
    const version = versionOf({ inputs: [tensorSpec('x', datatype, [-1, features.length])] });
    expect(decode({ features }, version).inputs[0]?.data).toEqual(data);
  });

  const rejected: [Datatype, unknown][] = [
    ['BOOL', 2],
    ['BOOL', 'true'],
    ['UINT8', 256],
    ['UINT8', -1],
    ['UINT8', 0.5],
    ['INT8', 128],
    ['INT16', -32769],
    ['UINT16', 65536],
    ['INT32', 2147483648],
    ['UINT32', 4294967296],
    ['INT64', 9007199254740992],
    ['INT64', '9223372036854775808'],
    ['INT64', '1.0'],
    ['INT64', '9'.repeat(21)],
    ['UINT64', '-1'],
    ['UINT64', '18446744073709551616'],
    ['FP16', 65520],
    ['BF16', 3.4e38],
    ['FP64', '1'],
    ['BYTES', 1],
    ['BYTES', '\ud800'],
  ];
  test.each(rejected)('%s refuses %j', (datatype, element) => {
    const version = versionOf({ inputs: [tensorSpec('x', datatype, [-1, 1])] });
    expect(refused({ features: [element] }, version).code).toBe('invalid-input');
  });

  test('an integer that JSON.parse has rounded is refused, never rounded in silence', () => {
    const version = versionOf({ inputs: [tensorSpec('id', 'INT64', [-1, 1])] });
    const error = refused('{"features":[9007199254740993]}', version);
    expect(error.message).toContain('as strings of digits');
  });

  test('a number that JSON.parse has made infinite is refused', () => {
    const version = versionOf({ inputs: [tensorSpec('x', 'FP64', [-1, 1])] });
    expect(refused('{"features":[1e999]}', version).message).toContain('found Infinity');
  });
});

describe('bodies', () => {
  test.each([
    ['', 'invalid-json', 'an empty body'],
    ['{"features":[1,2', 'invalid-json', 'found'],
    ['\ufeff{}', 'invalid-json', 'found'],
    ['[1,2,3,4,5]', 'invalid-request', 'expected a JSON object, found a list of 5'],
    ['null', 'invalid-request', 'found null'],
    ['{}', 'invalid-request', 'expected either "features" or "inputs", found neither'],
    ['{"features":[1],"inputs":{}}', 'invalid-request', 'found both'],
    [
      '{"instances":[[1,2,3,4,5]]}',
      'invalid-request',
      '"features", "inputs", "model", "version", "parameters"',
    ],
    ['{"features":[1,2,3,4,5],"__proto__":{"a":1}}', 'invalid-request', 'found "__proto__"'],
    ['{"inputs":[{"name":"features"}]}', 'invalid-request', 'found a list of 1'],
  ])('%s', (body, code, message) => {
    const error = refused(body);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test('NaN is told to be no JSON', () => {
    const error = refused('{"features":[1,2,3,4,NaN]}');
    expect(error.code).toBe('invalid-json');
    expect(error.advice).toContain('NaN');
  });

  test('bytes that are no UTF-8 are refused, not replaced', () => {
    const body = Buffer.from([...Buffer.from('{"features":["'), 0xff, ...Buffer.from('"]}')]);
    expect(serinErrorOf(() => predictCodec.decode(body, {}, churn)).message).toContain('UTF-8');
  });

  test('model and version are the gateway’s, and parameters the client’s own', () => {
    const parameters = { user: 'u1' };
    expect(decode({ features: row, model: 'churn', version: '1', parameters }).rows).toBe(1);
  });

  test('features are refused where a model has several inputs', () => {
    expect(refused({ features: row }, columns).message).toContain('"inputs" with "age", "city"');
  });

  test('a hundred thousand nested lists are refused, open or closed', () => {
    const open = '['.repeat(100_000);
    const closed = open + ']'.repeat(100_000);
    expect(refused(`{"features":${open}`).code).toBe('invalid-json');
    expect(refused(`{"features":${closed}}`).message).toContain('nested more than 2 deep');
    expect(refused(`{"features":[${closed},1,1,1,1]}`).code).toBe('invalid-input');
    expect(refused(closed).message).toContain('a list of 1');
    expect(refused(`{"inputs":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}}`).code).toBe(
      'invalid-input',
    );
  });
});

describe('whatever is sent', () => {
  const versions = [
    churn,
    digits,
    columns,
    versionOf({ inputs: [tensorSpec('x', 'FP32', [])] }),
    versionOf({ inputs: [tensorSpec('x', 'BOOL', [-1, -1, 1])] }),
    versionOf({ inputs: [tensorSpec('x', 'INT8', [1, 1, 2])] }),
  ];

  function understoodOrRefused(body: Buffer, version: OnnxVersion): void {
    try {
      const { inputs, rows } = predictCodec.decode(body, {}, version);
      expect(rows).toBeGreaterThan(0);
      for (const { shape, data } of inputs) {
        expect(data).toHaveLength(shape.reduce((product, dimension) => product * dimension, 1));
      }
    } catch (thrown) {
      if (!(thrown instanceof SerinError)) throw thrown;
      expect(Math.floor(thrown.status / 100)).toBe(4);
    }
  }

  test('bytes are understood or refused, never a crash', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(...versions),
        (bytes, version) => understoodOrRefused(Buffer.from(bytes), version),
      ),
    );
  });

  test('JSON is understood or refused, never a crash', () => {
    const element = fc.oneof(
      fc.double(),
      fc.boolean(),
      fc.string(),
      fc.constant(null),
      fc.integer(),
    );
    const nested = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, element, fc.array(tie('value'), { maxLength: 5 })),
    })).value;
    const request = fc.oneof(
      fc.record({ features: nested }),
      fc.record({ inputs: fc.record({ age: nested, city: nested }) }),
      fc.record({ inputs: fc.dictionary(fc.string(), nested) }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(request, fc.constantFrom(...versions), (sent, version) =>
        understoodOrRefused(Buffer.from(JSON.stringify(sent)), version),
      ),
      { numRuns: 1000 },
    );
  });
});
