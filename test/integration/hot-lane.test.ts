import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawConnection, type RawAnswer } from './raw-connection.js';
import { startTestServer, type TestServer } from './running-server.js';

/**
 * The hot lane and node:http have to give the same answers. A connection whose first request is no
 * plain prediction is node's for good, so both lanes of one server can be asked for the same.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ receiveTimeoutMs: 10_000 });
});
afterAll(() => server.close());

const features = '{"features":[0.5,1.2,0.8,0.3,1.1]}';
const tensor =
  '{"id":"é","inputs":[{"name":"features","datatype":"FP32","shape":[1,5],"data":[1,2,3,4,5]}]}';

interface Wished {
  readonly line?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly length?: number | string;
}

function requestText(wished: Wished): string {
  const { line = 'POST /predict HTTP/1.1', headers = [], body = features } = wished;
  const { length = Buffer.byteLength(body) } = wished;
  const lines = [line, 'Host: localhost', ...headers, `Content-Length: ${length}`];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const json = 'Content-Type: application/json';

describe('both lanes give the same answer', () => {
  const rows = JSON.stringify({ features: Array.from({ length: 100 }, () => [1, 2, 3, 4, 5]) });
  const cases: readonly (readonly [string, Wished | string])[] = [
    ['one row', { headers: [json] }],
    ['a charset', { headers: ['content-type: application/json; charset=utf-8'] }],
    ['the model in the address', { line: 'POST /models/churn/predict HTTP/1.1', headers: [json] }],
    ['no such model', { line: 'POST /models/none/predict HTTP/1.1', headers: [json] }],
    ['infer', { line: 'POST /v2/models/churn/infer HTTP/1.1', headers: [json], body: tensor }],
    [
      'infer by a version',
      { line: 'POST /v2/models/churn/versions/1/infer HTTP/1.1', headers: [json], body: tensor },
    ],
    [
      'infer by a version that is not loaded',
      { line: 'POST /v2/models/churn/versions/7/infer HTTP/1.1', headers: [json], body: tensor },
    ],
    [
      'infer with bytes for an answer',
      {
        line: 'POST /v2/models/churn/infer HTTP/1.1',
        headers: [json],
        body: tensor.replace('"inputs"', '"parameters":{"binary_data_output":true},"inputs"'),
      },
    ],
    ['many rows, packed', { headers: [json, 'Accept-Encoding: gzip'], body: rows }],
    ['many rows, not packed', { headers: [json], body: rows }],
    ['its own request id', { headers: [json, 'X-Request-Id: abc-1'] }],
    ['a request id that is none', { headers: [json, 'X-Request-Id: "<>"'] }],
    [
      'the version in the body',
      { headers: [json], body: '{"features":[1,2,3,4,5],"version":"1"}' },
    ],
    ['a model that is no name', { headers: [json], body: '{"features":[1,2,3,4,5],"model":[]}' }],
    ['a row that is too short', { headers: [json], body: '{"features":[1]}' }],
    ['broken JSON', { headers: [json], body: '{"features":[1,2,3,4,' }],
    ['no type', {}],
    ['a type that is none', { headers: ['Content-Type: ;'] }],
    ['text', { headers: ['Content-Type: text/plain'] }],
    ['an empty body', { headers: [json], body: '' }],
    ['a body that is not packed as it says', { headers: [json, 'Content-Encoding: gzip'] }],
    ['a packing that nobody knows', { headers: [json, 'Content-Encoding: br2'] }],
    ['a query', { line: 'POST /predict?a=b HTTP/1.1', headers: [json] }],
    ['an escape', { line: 'POST /%70redict HTTP/1.1', headers: [json] }],
    ['a slash too many', { line: 'POST /predict/ HTTP/1.1', headers: [json] }],
    ['the whole address', { line: 'POST http://localhost/predict HTTP/1.1', headers: [json] }],
    ['another method', { line: 'PUT /predict HTTP/1.1', headers: [json] }],
    ['an older HTTP', { line: 'POST /predict HTTP/1.0', headers: [json] }],
    ['a newer HTTP', { line: 'POST /predict HTTP/1.2', headers: [json] }],
    ['connection: close', { headers: [json, 'Connection: close'] }],
    ['connection: keep-alive', { headers: [json, 'Connection: keep-alive'] }],
    ['an upgrade', { headers: [json, 'Connection: upgrade', 'Upgrade: h2c'] }],
    ['a host twice', { headers: [json, 'Host: other'] }],
    ['a length twice', { headers: [json, 'Content-Length: 34'] }],
    ['two lengths', { headers: [json, 'Content-Length: 3'] }],
    ['a length with a sign', { headers: [json], length: '+34' }],
    ['a length in hexadecimal', { headers: [json], length: '0x22' }],
    ['a length with a zero in front', { headers: [json], length: '034' }],
    ['a length and chunks', { headers: [json, 'Transfer-Encoding: chunked'] }],
    ['a space before the colon', { headers: [json, 'X-A : b'] }],
    ['a folded header', { headers: [json, 'X-A: b', ' c'] }],
    ['a header without a name', { headers: [json, ': b'] }],
    ['a header without a colon', { headers: [json, 'X-A'] }],
    ['a header without a value', { headers: [json, 'X-A:'] }],
    ['a header beyond ASCII', { headers: [json, 'X-A: é'] }],
    ['a header with a zero', { headers: [json, 'X-A: \0'] }],
    ['spaces around a value', { headers: [json, 'X-A:  \t b \t'] }],
    ['headers of 5 KB', { headers: [json, `X-A: ${'a'.repeat(5_000)}`] }],
    ['lines without returns', requestText({ headers: [json] }).replaceAll('\r\n', '\n')],
    ['an empty line in front', `\r\n${requestText({ headers: [json] })}`],
    ['no host', requestText({ headers: [json] }).replace('Host: localhost\r\n', '')],
    [
      'chunks',
      `POST /predict HTTP/1.1\r\nHost: a\r\n${json}\r\nTransfer-Encoding: chunked\r\n\r\n22\r\n${features}\r\n0\r\n\r\n`,
    ],
  ];

  test.each(cases)('to %s', async (_what, wished) => {
    await expectSameAnswers(typeof wished === 'string' ? wished : requestText(wished), []);
  });

  test('to whatever is changed in a request, in whatever pieces it comes', async () => {
    const text = requestText({ headers: [json, 'Accept: */*', 'X-User-Id: u1'] });
    // Another length would have both lanes wait for what never comes.
    const places = text.indexOf('Content-Length: ');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(places - 1), fc.nat(255)), { maxLength: 2 }),
        fc.array(fc.nat(text.length), { maxLength: 5 }),
        async (changes, cuts) => {
          const bytes = Buffer.from(text);
          for (const [at, byte] of changes) bytes[at] = byte;
          await expectSameAnswers(bytes, cuts);
        },
      ),
      { numRuns: 100 },
    );
  }, 120_000);

  /** The same bytes on both lanes, and a request behind them, which closes. */
  async function expectSameAnswers(text: string | Buffer, cuts: readonly number[]): Promise<void> {
    const pieces = cutAt(Buffer.from(text), cuts);
    const [hot, node] = await Promise.all([RawConnection.open(server.url), nodesConnection()]);
    const answers = [hot, node].map(async (connection) => {
      await connection.write(...pieces);
      const first = await connection.answer();
      await connection.write('GET /none HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
      const second = await connection.answer();
      connection.socket.destroy();
      return [comparable(first), comparable(second)];
    });
    const [ofHot, ofNode] = await Promise.all(answers);
    expect(ofHot, JSON.stringify(String(text))).toEqual(ofNode);
  }
});

describe('a connection', () => {
  test('gives the answers of requests sent at once in their order, in whatever pieces they come', async () => {
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    const texts = numbers.map((id) =>
      id % 7 === 3
        ? `GET /health/live HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\n\r\n`
        : requestText({ headers: [json, `X-Request-Id: ${id}`] }),
    );
    for (const count of [3, 100]) {
      const all = Buffer.from(texts.slice(0, count).join(''));
      for (const cuts of [[], [200], Array.from({ length: 30 }, (_, i) => i * 97)]) {
        const connection = await RawConnection.open(server.url);
        await connection.write(...cutAt(all, cuts));
        for (const id of numbers.slice(0, count)) {
          const answer = await connection.answer();
          expect(answer?.status).toBe(200);
          if (id % 7 !== 3) expect(answer?.headers['x-request-id']).toBe(String(id));
        }
        connection.socket.destroy();
      }
    }
  });

  test('that this side has closed for writing gets its answer, and ends', async () => {
    const connection = await RawConnection.open(server.url, true);
    connection.socket.end(requestText({ headers: [json] }));
    expect((await connection.answer())?.status).toBe(200);
    expect(await connection.answer()).toBeUndefined();
  });

  test('that ends in the middle of a request is told so', async () => {
    const connection = await RawConnection.open(server.url, true);
    connection.socket.end(requestText({ headers: [json] }).slice(0, 80));
    expect(await connection.answer()).toMatchObject({
      status: 400,
      headers: { connection: 'close' },
    });
    expect(await connection.answer()).toBeUndefined();
  });

  test('that is reset while its answer is made disturbs nobody', async () => {
    for (let i = 0; i < 20; i++) {
      const connection = await RawConnection.open(server.url);
      await connection.write(requestText({ headers: [json] }).repeat(5));
      connection.socket.resetAndDestroy();
    }
    expect((await server.post('/predict', JSON.parse(features))).status).toBe(200);
  });

  test('that sends and never reads is not read any further', async () => {
    const connection = await RawConnection.open(server.url);
    connection.socket.pause();
    const many = requestText({ headers: [json] }).repeat(2_000);
    let taken = 0;
    // Some megabytes fit into what both systems keep; then the server has to stop reading.
    while (taken < 1_000 && connection.socket.write(many)) taken += 1;
    while (taken < 1_000 && connection.socket.writableLength < 64 * 2 ** 20) {
      connection.socket.write(many);
      taken += 1;
    }
    expect(connection.socket.writableLength).toBeGreaterThan(32 * 2 ** 20);
    connection.socket.destroy();
  });
});

describe('a server that closes', () => {
  test('gives the answers that are under way, and ends connections that are idle', async () => {
    const closing = await startTestServer();
    const [idle, fresh, busy] = await Promise.all([
      RawConnection.open(closing.url),
      RawConnection.open(closing.url),
      RawConnection.open(closing.url),
    ]);
    await idle.write(requestText({ headers: [json] }));
    expect((await idle.answer())?.headers['connection']).toBe('keep-alive');
    const { faults } = closing.server.context.deployments.model('churn').stable!;
    faults.plan = { latency: { distribution: 'fixed', ms: 1 } };
    let release = (): void => undefined;
    const isAsked = new Promise<void>((asked) => {
      faults.beforeAnswer = () => {
        asked();
        return new Promise((resolve) => (release = resolve));
      };
    });
    await busy.write(requestText({ headers: [json] }));
    await isAsked;
    const closed = closing.close();
    await Promise.all([idle.closed(), fresh.closed()]);
    release();
    expect(await busy.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await Promise.all([closed, busy.closed()]);
  });
});

/** A connection that node:http serves: its first request was no prediction. */
async function nodesConnection(): Promise<RawConnection> {
  const connection = await RawConnection.open(server.url);
  await connection.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
  expect((await connection.answer())?.status).toBe(200);
  return connection;
}

/** Without what is another one in every answer. */
function comparable(answer: RawAnswer | undefined): unknown {
  if (answer === undefined) return undefined;
  const {
    date,
    'x-request-id': id = '',
    'content-length': length,
    'inference-header-content-length': jsonBytes,
    ...headers
  } = answer.headers;
  const isMade = /^[0-9a-f-]{36}$/.test(id);
  const body = answer.body
    .replace(/"latency_ms":[0-9.e-]+/, '"latency_ms":0')
    .replace(isMade ? id : '', '');
  return {
    status: answer.status,
    headers,
    id: isMade ? 'made' : id,
    isDated: date !== undefined,
    isCounted: length !== undefined,
    isSplit: jsonBytes === undefined ? undefined : isJson(answer.body, Number(jsonBytes)),
    body: headers['content-encoding'] === undefined ? body : 'packed',
  };
}

/** Whether a whole JSON text is in front of an answer's binary part: its length varies with `latency_ms`. */
function isJson(body: string, bytes: number): boolean {
  JSON.parse(Buffer.from(body).subarray(0, bytes).toString());
  return true;
}

/** The bytes in pieces, cut before each of the places. */
function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  return places
    .slice(1)
    .map((end, index) => bytes.subarray(places[index], end))
    .filter(({ length }) => length > 0);
}
