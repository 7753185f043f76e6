import { request, type IncomingHttpHeaders } from 'node:http';
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';

/** One tensor as the Triton client of PyPI sends it: behind the JSON, or in it. */
export interface SentTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly bytes?: Uint8Array;
  readonly data?: readonly unknown[];
}

export interface InferOptions {
  readonly version?: string;
  readonly id?: string;
  /** Left out, the client asks for all outputs as bytes. */
  readonly outputs?: readonly { readonly name: string; readonly parameters: object }[];
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly requestEncoding?: 'gzip' | 'deflate';
  readonly acceptEncoding?: 'gzip' | 'deflate';
}

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Unpacked. */
  readonly body: Buffer;
}

export interface InferReply extends RawReply {
  // Tests look into it in many ways.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
  /** The binary outputs by name, cut by their `binary_data_size` as the client does. */
  readonly binary: ReadonlyMap<string, Buffer>;
}

/**
 * Sends, byte for byte but for the spelling of header names, what `tritonclient.http` 2.73 sends
 * (recorded from it): no Content-Type, no Accept, Content-Length 0 for an empty POST.
 */
export class TritonClient {
  constructor(private readonly url: string) {}

  get(path: string): Promise<RawReply> {
    return this.#send('GET', path, undefined, {});
  }

  post(path: string, body = ''): Promise<RawReply> {
    return this.#send('POST', path, Buffer.from(body), {});
  }

  async infer(
    model: string,
    inputs: readonly SentTensor[],
    options: InferOptions = {},
  ): Promise<InferReply> {
    const { version, id, outputs, requestEncoding, acceptEncoding } = options;
    const parameters = {
      ...options.parameters,
      ...(outputs === undefined ? { binary_data_output: true } : {}),
    };
    const json = Buffer.from(
      JSON.stringify({
        ...(id === undefined ? {} : { id }),
        inputs: inputs.map(({ bytes, ...input }) =>
          bytes === undefined
            ? input
            : { ...input, parameters: { binary_data_size: bytes.length } },
        ),
        ...(outputs === undefined ? {} : { outputs }),
        ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
      }),
    );
    const binary = inputs.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]));
    const body = Buffer.concat([json, ...binary]);
    const path = `/v2/models/${model}${version === undefined ? '' : `/versions/${version}`}/infer`;
    const reply = await this.#send('POST', path, packed(body, requestEncoding), {
      ...(requestEncoding === undefined ? {} : { 'Content-Encoding': requestEncoding }),
      ...(acceptEncoding === undefined ? {} : { 'Accept-Encoding': acceptEncoding }),
      ...(binary.length === 0 ? {} : { 'Inference-Header-Content-Length': String(json.length) }),
    });
    return readInfer(reply);
  }

  #send(
    method: string,
    path: string,
    body: Buffer | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<RawReply> {
    const length = body === undefined ? {} : { 'Content-Length': String(body.length) };
    return new Promise((resolve, reject) => {
      const sent = request(this.url + path, { method, headers: { ...headers, ...length } });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          const packedBody = Buffer.concat(chunks);
          const body = unpacked(packedBody, response.headers['content-encoding']);
          resolve({ status, headers: response.headers, body });
        });
      });
      sent.end(body);
    });
  }
}

/** Cuts an answer as the client does: the JSON by the header, then every binary output in order. */
function readInfer(reply: RawReply): InferReply {
  const header = reply.headers['inference-header-content-length'];
  const length = typeof header === 'string' ? Number(header) : reply.body.length;
  const json = JSON.parse(reply.body.subarray(0, length).toString()) as {
    outputs?: { name: string; parameters?: { binary_data_size?: number } }[];
  };
  const binary = new Map<string, Buffer>();
  let at = length;
  for (const { name, parameters } of json.outputs ?? []) {
    const size = parameters?.binary_data_size;
    if (size === undefined) continue;
    binary.set(name, reply.body.subarray(at, at + size));
    at += size;
  }
  if (at !== reply.body.length) throw new Error(`${reply.body.length - at} bytes belong to nobody`);
  return { ...reply, json, binary };
}

function packed(body: Buffer, encoding: 'gzip' | 'deflate' | undefined): Buffer {
  if (encoding === undefined) return body;
  return encoding === 'gzip' ? gzipSync(body) : deflateSync(body);
}

function unpacked(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') return gunzipSync(body);
  return encoding === 'deflate' ? inflateSync(body) : body;
}
