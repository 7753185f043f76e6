import { elementCount, type Tensor } from '../../../domain/tensor.js';
import type { PredictionSpec } from '../../../domain/version.js';
import { SerinError } from '../../../domain/errors.js';
import type { AnswerFacts, DecodedCall, EncodedAnswer } from '../codec.js';
import { nestedJson } from '../json/write-elements.js';
import { predictionOutput } from '../prediction.js';
import { predictionJson, wideIntegers } from './prediction-json.js';

const headers = { 'content-type': 'application/json; charset=utf-8' };

/**
 * Writes a `/predict` answer: the prediction (or predictions, where the request was a list of
 * rows), the other outputs, and who answered.
 * @throws SerinError `output-not-finite`, `output-not-text`, `upstream-failed` where the model's
 * answer lacks its prediction
 */
export function encodePredict(
  outputs: readonly Tensor[],
  call: DecodedCall,
  facts: AnswerFacts,
): EncodedAnswer {
  const { version, arm, latencyMs, requestId } = facts;
  const prediction = fieldsOfPrediction(outputs, call, version.prediction);
  const others = outputs.length > 1 ? otherOutputsJson(outputs, call, version.prediction) : '';
  // Names of models and versions are letters, digits, ".", "_" and "-": nothing to escape.
  const body =
    `{${prediction}${others},"model_used":"${arm}","model":"${version.model}"` +
    `,"model_version":"${version.version}","latency_ms":${Math.round(latencyMs * 1000) / 1000}` +
    `,"request_id":${JSON.stringify(requestId)}}`;
  return { headers, body };
}

function fieldsOfPrediction(
  outputs: readonly Tensor[],
  call: DecodedCall,
  spec: PredictionSpec,
): string {
  const output = predictionOutput(outputs, spec);
  if (output === undefined) {
    throw new SerinError('upstream-failed', {
      expected: `the output ${spec.output}`,
      found: `an answer of ${outputs.length} outputs without it`,
    });
  }
  const shape = rowShape(output, call);
  return predictionJson(output, shape ?? output.shape, spec, shape !== undefined && call.manyRows);
}

function otherOutputsJson(
  outputs: readonly Tensor[],
  call: DecodedCall,
  spec: PredictionSpec,
): string {
  const fields = outputs
    .filter((output) => output.name !== spec.output)
    .map((output) => {
      const shape = call.manyRows ? output.shape : (rowShape(output, call) ?? output.shape);
      return `${JSON.stringify(output.name)}:${nestedJson(output, shape, 0, wideIntegers)}`;
    });
  return `,"outputs":{${fields.join(',')}}`;
}

/** The shape of one row of an output; undefined where the output is not one row a row. */
function rowShape({ shape, data }: Tensor, { rows }: DecodedCall): readonly number[] | undefined {
  if (shape.length === 0 || shape[0] !== rows) return undefined;
  const row = shape.slice(1);
  return elementCount(row) * rows === data.length ? row : undefined;
}
