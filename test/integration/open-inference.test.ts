import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servedDatatypes, writeTypedModels } from '../models/typed-models.js';
import { newFolder, startTestServer, type TestServer } from './running-server.js';
import { TritonClient, type SentTensor } from './triton-client.js';

let server: TestServer;
let client: TritonClient;

beforeAll(async () => {
  const models = newFolder();
  writeTypedModels(models);
  server = await startTestServer({ modelRoots: [models] });
  client = new TritonClient(server.url);
});

afterAll(() => server.close());

const bytesOf = (array: ArrayBufferView): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/** BYTES as the protocol packs them: a length of 4 bytes, little-endian, before each. */
function byteStrings(...texts: string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(text));
      return [length, Buffer.from(text)];
    }),
  );
}

/** For every datatype three elements at its limits, as bytes and as the JSON that they are. */
const samples: Readonly<Record<string, { bytes: Buffer; json: string }>> = {
  BOOL: { bytes: Buffer.of(1, 0, 1), json: '[true,false,true]' },
  UINT8: { bytes: Buffer.of(0, 1, 255), json: '[0,1,255]' },
  UINT16: { bytes: bytesOf(Uint16Array.of(0, 1, 65_535)), json: '[0,1,65535]' },
  UINT32: { bytes: bytesOf(Uint32Array.of(0, 1, 2 ** 32 - 1)), json: '[0,1,4294967295]' },
  UINT64: {
    bytes: bytesOf(BigUint64Array.of(0n, 2n ** 53n + 1n, 2n ** 64n - 1n)),
    json: '[0,9007199254740993,18446744073709551615]',
  },
  INT8: { bytes: bytesOf(Int8Array.of(-128, 0, 127)), json: '[-128,0,127]' },
  INT16: { bytes: bytesOf(Int16Array.of(-32_768, 0, 32_767)), json: '[-32768,0,32767]' },
  INT32: {
    bytes: bytesOf(Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1)),
    json: '[-2147483648,0,2147483647]',
  },
  INT64: {
    bytes: bytesOf(BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n, 2n ** 63n - 1n)),
    json: '[-9223372036854775808,9007199254740993,9223372036854775807]',
  },
  // 65504, the largest; 2⁻²⁴, the smallest; -1.5.
  FP16: {
    bytes: bytesOf(Uint16Array.of(0x7bff, 0x0001, 0xbe00)),
    json: '[65504,5.960464477539063e-8,-1.5]',
  },
  FP32: { bytes: bytesOf(Float32Array.of(0.5, -2, 1e-45)), json: '[0.5,-2,1.401298464324817e-45]' },
  FP64: { bytes: bytesOf(Float64Array.of(0.1, 5e-324, -1e308)), json: '[0.1,5e-324,-1e+308]' },
  BYTES: { bytes: byteStrings('', 'Käse 🐤', 'x'), json: '["","Käse 🐤","x"]' },
};

function three(datatype: string): SentTensor {
  return { name: 'x', datatype, shape: [1, 3], bytes: samples[datatype]!.bytes };
}

describe('every datatype comes back as it was sent', () => {
  test.each(servedDatatypes)('%s as bytes, when no output is named', async (datatype) => {
    const reply = await client.infer(`same-${datatype.toLowerCase()}`, [three(datatype)]);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('application/octet-stream');
    expect(reply.json.outputs).toEqual([
      {
        name: 'y',
        datatype,
        shape: [1, 3],
        parameters: { binary_data_size: samples[datatype]!.bytes.length },
      },
    ]);
    expect(reply.binary.get('y')).toEqual(samples[datatype]!.bytes);
  });

  test.each(servedDatatypes)('%s as JSON without a digit lost', async (datatype) => {
    const outputs = [{ name: 'y', parameters: { binary_data: false } }];
    const reply = await client.infer(`same-${datatype.toLowerCase()}`, [three(datatype)], {
      outputs,
    });
    expect(reply.headers['content-type']).toContain('application/json');
    expect(reply.body.toString()).toContain(`"data":${samples[datatype]!.json}`);
  });

  test('integers beyond 2^53 go in as JSON strings, and are refused as rounded numbers', async () => {
    const send = (data: string) =>
      client.post(
        '/v2/models/same-int64/infer',
        `{"inputs":[{"name":"x","datatype":"INT64","shape":[1,3],"data":${data}}]}`,
      );
    const taken = await send('["-9223372036854775808","9223372036854775807",7]');
    expect(taken.body.toString()).toContain('[-9223372036854775808,9223372036854775807,7]');
    const refused = await send('[9007199254740993,0,0]');
    expect(refused.status).toBe(400);
  });
});

describe('a Triton client reads of the server and its models', () => {
  test.each([
    ['/v2/health/live', 200],
    ['/v2/health/ready', 200],
    ['/v2/models/named/ready', 200],
    ['/v2/models/named/versions/2/ready', 200],
    ['/v2/models/named/versions/99/ready', 400],
    ['/v2/models/nobody/ready', 404],
  ])('%s is told by the status %i, and an empty body when it is', async (path, status) => {
    const reply = await client.get(path);
    expect(reply.status).toBe(status);
    if (status === 200) expect(reply.body).toHaveLength(0);
    else expect(JSON.parse(reply.body.toString())).toHaveProperty('error');
  });

  test('the metadata of the server name the extensions', async () => {
    const { body } = await server.get('/v2');
    expect(body).toMatchObject({ name: 'serin' });
    expect(body.extensions).toEqual([
      'binary_tensor_data',
      'model_configuration',
      'model_repository',
      'statistics',
    ]);
  });

  test('the metadata of a model are the same with and without its version', async () => {
    const { body } = await server.get('/v2/models/named');
    expect(body).toMatchObject({ name: 'named', versions: ['2'], platform: 'onnxruntime_onnx' });
    expect(body.inputs).toEqual([
      { name: 'a', datatype: 'FP32', shape: [-1, 2] },
      { name: 'b', datatype: 'FP32', shape: [-1, 2] },
      { name: 'n', datatype: 'INT64', shape: [-1, 1] },
    ]);
    expect((await server.get('/v2/models/named/versions/2')).body).toEqual(body);
  });

  test('the repository index tells what is loaded from what only lies there', async () => {
    const { body } = await client.post('/v2/repository/index');
    const entries = JSON.parse(body.toString()) as Record<'name' | 'version' | 'state', string>[];
    const states = Object.fromEntries(
      entries.map(({ name, version, state }) => [`${name}/${version}`, state]),
    );
    expect(states).toMatchObject({ 'named/2': 'READY', 'named/1': 'UNAVAILABLE' });
    const ready = await client.post('/v2/repository/index', '{"ready":true}');
    expect(ready.body.toString()).not.toContain('UNAVAILABLE');
    expect((await client.post('/v2/repository/index', '{')).status).toBe(400);
  });
});

describe('infer', () => {
  const a: SentTensor = {
    name: 'a',
    datatype: 'FP32',
    shape: [2, 2],
    bytes: bytesOf(Float32Array.of(1, 2, 3, 4)),
  };
  const b: SentTensor = { name: 'b', datatype: 'FP32', shape: [2, 2], data: [10, 20, 30, 40] };
  const n: SentTensor = {
    name: 'n',
    datatype: 'INT64',
    shape: [2, 1],
    bytes: bytesOf(BigInt64Array.of(2n ** 63n - 2n, -1n)),
  };

  test('takes several inputs in any order, as bytes and as JSON, and echoes the id', async () => {
    const reply = await client.infer('named', [n, b, a], { version: '2', id: 'four & twenty' });
    expect(reply.json).toMatchObject({
      id: 'four & twenty',
      model_name: 'named',
      model_version: '2',
      parameters: { arm: 'stable' },
    });
    expect(reply.binary.get('sum')).toEqual(bytesOf(Float32Array.of(11, 22, 33, 44)));
    expect(reply.binary.get('next')).toEqual(bytesOf(BigInt64Array.of(2n ** 63n - 1n, 0n)));
    expect(reply.headers).toMatchObject({ 'serin-arm': 'stable', 'serin-version': '2' });
  });

  test('answers with the outputs that are named, in that order, each as it was asked', async () => {
    const outputs = [
      { name: 'next', parameters: { binary_data: true } },
      { name: 'sum', parameters: { binary_data: false } },
    ];
    const { json, binary } = await client.infer('named', [a, b, n], { outputs });
    expect(json.outputs).toMatchObject([{ name: 'next' }, { name: 'sum' }]);
    expect([...binary.keys()]).toEqual(['next']);
    expect(json.outputs[1].data).toEqual([11, 22, 33, 44]);
    expect(json).not.toHaveProperty('id');
  });

  test.each(['gzip', 'deflate'] as const)('takes and gives %s', async (encoding) => {
    const bytes = bytesOf(new Float32Array(6_000).fill(0.25));
    const reply = await client.infer(
      'same-fp32',
      [{ name: 'x', datatype: 'FP32', shape: [2_000, 3], bytes }],
      { requestEncoding: encoding, acceptEncoding: encoding },
    );
    expect(reply.headers['content-encoding']).toBe(encoding);
    expect(reply.binary.get('y')).toEqual(bytes);
  });

  test('lets parameters pass that change nothing here', async () => {
    const parameters = { priority: 1, timeout: 5, sequence_id: 7, sequence_start: true, user: 'u' };
    const reply = await client.infer('same-int8', [three('INT8')], { parameters });
    expect(reply.status).toBe(200);
  });

  test('200 requests at once are answered with what each of them asked', async () => {
    const asked = Array.from({ length: 200 }, (_, i) => bytesOf(Int32Array.of(i, -i, i * 1_000)));
    const replies = await Promise.all(
      asked.map((bytes) =>
        client.infer('same-int32', [{ name: 'x', datatype: 'INT32', shape: [1, 3], bytes }]),
      ),
    );
    expect(replies.map(({ binary }) => binary.get('y'))).toEqual(asked);
  });

  test.each([
    ['an unknown model', 'nobody', three('FP32'), {}, 404, 'nobody'],
    ['a version that is not loaded', 'same-fp32', three('FP32'), { version: '9' }, 400, '9'],
    ['another datatype', 'same-fp32', three('FP64'), {}, 400, 'FP32'],
    ['another name', 'same-fp32', { ...three('FP32'), name: 'z' }, {}, 400, '"z"'],
    ['another shape', 'same-fp32', { ...three('FP32'), shape: [3, 1] }, {}, 400, '[N, 3]'],
    [
      'bytes that are cut short',
      'same-fp32',
      { ...three('FP32'), bytes: Buffer.alloc(11) },
      {},
      400,
      '12 bytes',
    ],
    [
      'an unknown output',
      'same-fp32',
      three('FP32'),
      { outputs: [{ name: 'w', parameters: {} }] },
      400,
      '"w"',
    ],
    [
      'classification',
      'same-fp32',
      three('FP32'),
      { outputs: [{ name: 'y', parameters: { classification: 2 } }] },
      400,
      'classification',
    ],
    [
      'shared memory',
      'same-fp32',
      three('FP32'),
      { outputs: [{ name: 'y', parameters: { shared_memory_region: 'r' } }] },
      400,
      'shared_memory_region',
    ],
  ])('refuses %s with a message', async (_what, model, input, options, status, words) => {
    const reply = await client.infer(model, [input], options);
    expect(reply.status).toBe(status);
    expect(reply.json.error).toContain(words);
  });
});

describe('an output that is not finite', () => {
  const logOf = (x: number): SentTensor => ({
    name: 'x',
    datatype: 'FP32',
    shape: [1, 1],
    bytes: bytesOf(Float32Array.of(x)),
  });

  test.each([
    ['-Infinity', 0],
    ['NaN', -1],
    ['NaN from NaN', NaN],
  ])('%s is an error as bytes and as JSON, never null', async (_what, x) => {
    const asJson = { outputs: [{ name: 'y', parameters: { binary_data: false } }] };
    for (const options of [{}, asJson]) {
      const reply = await client.infer('log', [logOf(x)], options);
      expect(reply).toMatchObject({ status: 500, json: { code: 'output-not-finite' } });
    }
    if (Number.isNaN(x)) return;
    const predicted = await server.post('/models/log/predict', { features: [x] });
    expect(predicted).toMatchObject({ status: 500, body: { code: 'output-not-finite' } });
  });

  test('counts against the canary, though stable has no better answer', async () => {
    await server.post('/admin/deploy-canary', { model_path: 'log/1', weight: 100 });
    expect((await client.infer('log', [logOf(0)])).status).toBe(500);
    const { canary } = (await server.get('/api/v1/models/log')).body;
    expect(canary).toMatchObject({ requests: 1, failures: 1, error_percent: 100 });
    const health = (await server.get('/admin/check-canary-health?model=log')).body;
    expect(health).toMatchObject({ canary_error_count: 1, canary_sample_count: 0 });
    await server.post('/admin/rollback-canary', { model: 'log' });
  });
});

describe('loading and unloading', () => {
  test('a model comes and goes, and the server stays ready', async () => {
    const send = () => client.infer('same-uint8', [three('UINT8')]);
    const unload = '{"parameters":{"unload_dependents":false}}';
    expect(await client.post('/v2/repository/models/same-uint8/unload', unload)).toMatchObject({
      status: 200,
      body: Buffer.alloc(0),
    });
    expect((await client.get('/v2/models/same-uint8/ready')).status).toBe(503);
    expect((await client.get('/v2/health/ready')).status).toBe(200);
    expect(await send()).toMatchObject({ status: 503, json: { code: 'upstream-unavailable' } });
    const canary = await server.post('/admin/deploy-canary', { model_path: 'same-uint8/1' });
    expect(canary.status).toBe(503);

    expect((await client.post('/v2/repository/models/same-uint8/load', '{}')).status).toBe(200);
    expect((await client.get('/v2/models/same-uint8/ready')).status).toBe(200);
    expect((await send()).status).toBe(200);
  });

  test('a configuration or files in the request are refused, not ignored', async () => {
    const body = JSON.stringify({ parameters: { config: '{"max_batch_size": 4}' } });
    const reply = await client.post('/v2/repository/models/same-uint8/load', body);
    expect(reply.status).toBe(400);
    expect(reply.body.toString()).toContain('unsupported-extension');
  });

  test.each(['load', 'unload'])('a model that there is not cannot be %sed', async (verb) => {
    const reply = await client.post(`/v2/repository/models/nobody/${verb}`, '{}');
    expect(reply.status).toBe(404);
    expect(JSON.parse(reply.body.toString())).toMatchObject({ code: 'model-not-found' });
  });
});

describe('statistics', () => {
  test('count what was asked, rows and requests, and who was never asked has zeros', async () => {
    const tensor = { name: 'x', datatype: 'INT16', shape: [4, 3], bytes: Buffer.alloc(24) };
    for (let i = 0; i < 3; i += 1) await client.infer('same-int16', [tensor]);
    const before = (await server.get('/v2/models/same-int16/stats')).body.model_stats[0];
    await client.infer('same-int16', [tensor]);
    const after = (await server.get('/v2/models/same-int16/versions/1/stats')).body.model_stats[0];
    expect(after.inference_count - before.inference_count).toBe(4);
    expect(after.inference_stats.success.count - before.inference_stats.success.count).toBe(1);
    expect(after.inference_stats.success.ns - before.inference_stats.success.ns).toBeGreaterThan(0);
    const took = (part: string) => ({
      count: after.inference_stats[part].count - before.inference_stats[part].count,
      ns: after.inference_stats[part].ns - before.inference_stats[part].ns,
    });
    const [whole, queue, compute] = [took('success'), took('queue'), took('compute_infer')];
    expect([queue.count, compute.count]).toEqual([1, 1]);
    expect(compute.ns).toBeGreaterThan(0);
    expect(queue.ns + compute.ns).toBeLessThanOrEqual(whole.ns);

    const all = (await server.get('/v2/models/stats')).body.model_stats as { name: string }[];
    expect(all.map(({ name }) => name)).toContain('named');
    expect((await server.get('/v2/models/same-int16/versions/9/stats')).status).toBe(400);
    expect((await server.get('/v2/models/nobody/stats')).status).toBe(404);
  });
});
