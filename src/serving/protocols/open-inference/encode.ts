import { SerinError } from '../../../domain/errors.js';
import type { Tensor } from '../../../domain/tensor.js';
import type { AnswerFacts, DecodedCall, EncodedAnswer } from '../codec.js';
import { elementsJson } from '../json/write-elements.js';
import { writeBinary } from './binary-tensors.js';

/**
 * Writes an inference response: JSON, and behind it the outputs that were asked for as bytes.
 * Source: Open Inference Protocol, "Inference Response JSON Object"; Triton Inference Server,
 * "Binary Tensor Data Extension".
 * @throws SerinError `output-not-finite`, `output-not-text`, `upstream-failed` where the model's
 * answer lacks an output
 */
export function encodeInference(
  outputs: readonly Tensor[],
  call: DecodedCall,
  { version, arm, requestId, latencyMs }: AnswerFacts,
): EncodedAnswer {
  const binary: Buffer[] = [];
  const tensors = call.requested.map((requested) => {
    const output = outputNamed(requested.name, outputs);
    const about = `{"name":${JSON.stringify(output.name)},"datatype":"${output.datatype}","shape":[${output.shape.join(',')}]`;
    if (!requested.binary)
      return `${about},"data":[${elementsJson(output, 0, output.data.length, 'numbers')}]}`;
    const bytes = writeBinary(output);
    binary.push(bytes);
    return `${about},"parameters":{"binary_data_size":${bytes.length}}}`;
  });
  const id = call.id === undefined ? '' : `"id":${JSON.stringify(call.id)},`;
  const json =
    `{"model_name":"${version.model}","model_version":"${version.version}",${id}` +
    `"parameters":{"arm":"${arm}","request_id":${JSON.stringify(requestId)},"latency_ms":${Math.round(latencyMs * 1000) / 1000}},` +
    `"outputs":[${tensors.join(',')}]}`;
  return binary.length === 0 ? asJson(json) : withBinary(json, binary);
}

function outputNamed(name: string, outputs: readonly Tensor[]): Tensor {
  const output = outputs.find((candidate) => candidate.name === name);
  if (output !== undefined) return output;
  throw new SerinError('upstream-failed', {
    expected: `the output ${name}`,
    found: `an answer of ${outputs.length} outputs without it`,
  });
}

function asJson(body: string): EncodedAnswer {
  return { headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

function withBinary(json: string, binary: readonly Buffer[]): EncodedAnswer {
  const header = Buffer.from(json);
  return {
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(header.length),
    },
    body: Buffer.concat([header, ...binary]),
  };
}
