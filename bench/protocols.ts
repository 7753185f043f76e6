/**
 * What the protocols cost a request: microseconds of CPU time (garbage collection included) for
 * decoding a body and encoding its answer, the median of 15 rounds. No HTTP, no model.
 *
 *     npm run build && node dist/bench/protocols.js
 */
import type { RequestId } from '../src/domain/ids.js';
import type { Tensor } from '../src/domain/tensor.js';
import type { OnnxVersion } from '../src/domain/version.js';
import { codecFor, type RequestHeaders } from '../src/serving/protocols/codec.js';
import { findNonFinite } from '../src/serving/protocols/non-finite.js';
import { predictionOf } from '../src/serving/protocols/prediction.js';
import { Protocol } from '../src/serving/upstream.js';
import { tensorSpec, versionOf } from '../test/protocols/version.js';

interface Case {
  readonly name: string;
  readonly protocol: Protocol;
  readonly version: OnnxVersion;
  readonly headers: RequestHeaders;
  readonly body: Buffer;
  readonly outputs: readonly Tensor[];
}

const rounds = 15;
const roundMs = 100;

console.log(`${process.version}, ${process.arch}\n`);
for (const one of cases()) {
  const microseconds = measured(() => handle(one));
  console.log(`${one.name.padEnd(44)} ${microseconds.toFixed(2).padStart(9)} µs`);
}

/** All that a request goes through here, so that nothing of it can be left out by the compiler. */
function handle({ protocol, version, headers, body, outputs }: Case): number {
  const codec = codecFor(protocol);
  const call = codec.decode(body, headers, version);
  const prediction = predictionOf(outputs, version.prediction);
  const nonFinite = findNonFinite(outputs);
  const requestId = 'c0ffee00-1234-4321-abcd-0123456789ab' as RequestId;
  const answer = codec.encode(outputs, call, {
    version,
    arm: 'stable',
    requestId,
    latencyMs: 1.234567,
  });
  return answer.body.length + (prediction === undefined || nonFinite !== undefined ? 1 : 0);
}

function measured(run: () => number): number {
  const times = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    let calls = 0;
    let sum = 0;
    for (; performance.now() - startedAt < roundMs; calls += 100) {
      for (let i = 0; i < 100; i++) sum += run();
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (sum === 0 ? 1 : calls);
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN;
}

function cases(): readonly Case[] {
  const five = [0.5, 1.2, 0.8, 0.3, 1.1];
  const churn = model([-1, 5], [-1, 1], 'probability');
  const digits = model([-1, 1, 28, 28], [-1, 10], 'classes');
  const probability = { name: 'y', datatype: 'FP32', data: new Float32Array([0.73]) } as const;
  const classes = new Float32Array(10).map((_, i) => i / 45);
  const image = Array.from({ length: 28 }, (_, row) =>
    Array.from({ length: 28 }, (_, column) => ((row * column) % 255) / 255),
  );
  const batch = Array.from({ length: 64 }, () => five);
  const predict = { protocol: Protocol.Predict, headers: {} };
  const infer = { protocol: Protocol.OpenInference };
  const one = { version: churn, outputs: [{ ...probability, shape: [1, 1] }] };
  const picture: Pick<Case, 'version' | 'outputs'> = {
    version: digits,
    outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 10], data: classes }],
  };
  const x = { name: 'x', shape: [1, 5], datatype: 'FP32' };
  return [
    { ...predict, ...one, name: '/predict, 1 row of 5', body: json({ features: five }) },
    {
      ...predict,
      version: churn,
      outputs: [{ ...probability, shape: [64, 1], data: new Float32Array(64).fill(0.73) }],
      name: '/predict, 64 rows of 5',
      body: json({ features: batch }),
    },
    { ...predict, ...picture, name: '/predict, 1 image of 28×28', body: json({ features: image }) },
    {
      ...infer,
      ...one,
      name: 'infer, 1 row of 5, JSON',
      headers: {},
      body: json({ inputs: [{ ...x, data: five }] }),
    },
    {
      ...infer,
      ...one,
      ...binaryRequest([1, 5], new Float32Array(five)),
      name: 'infer, 1 row of 5, binary',
    },
    {
      ...infer,
      ...picture,
      ...binaryRequest([1, 1, 28, 28], new Float32Array(image.flat())),
      name: 'infer, 1 image of 28×28, binary',
    },
  ];
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function binaryRequest(
  shape: readonly number[],
  data: Float32Array,
): Pick<Case, 'headers' | 'body'> {
  const parameters = { binary_data_size: data.byteLength };
  const header = json({
    inputs: [{ name: 'x', shape, datatype: 'FP32', parameters }],
    parameters: { binary_data_output: true },
  });
  return {
    headers: { 'inference-header-content-length': String(header.length) },
    body: Buffer.concat([header, Buffer.from(data.buffer)]),
  };
}

function model(
  input: readonly number[],
  output: readonly number[],
  kind: OnnxVersion['prediction']['kind'],
): OnnxVersion {
  return versionOf({
    inputs: [tensorSpec('x', 'FP32', input)],
    outputs: [tensorSpec('y', 'FP32', output)],
    prediction: { kind },
  });
}
