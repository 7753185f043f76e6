import { Ajv2020 } from 'ajv/dist/2020.js';
import { SerinError } from '../../../domain/errors.js';
import { elementCount } from '../../../domain/tensor.js';
import { isOpenInference, takesPredictions } from '../inputs/address.js';
import type { AnswerForm } from './answer-form.js';
import type { AnswerRules } from './check-answer.js';
import { isObject, shown } from './difference.js';
import { predictionFields } from './prediction-fields.js';

/**
 * What every answer of an address has to be: what its protocol says, and the form of the answers that
 * were seen before the test.
 * @param learnt undefined where no answer was JSON
 */
export function rulesOf(path: string, learnt: AnswerForm | undefined): AnswerRules {
  const predicts = takesPredictions(path);
  return {
    json: predicts || learnt !== undefined,
    misfit: (answer) =>
      (predicts ? misfitOfProtocol(path, answer) : undefined) ?? learnt?.misfit(answer),
  };
}

/**
 * What a JSON Schema says every answer has to be.
 * @throws SerinError `usage` where it is no JSON Schema
 */
export function rulesOfSchema(schema: unknown, file: string): AnswerRules {
  const ajv = new Ajv2020({ strict: false });
  let valid: ReturnType<typeof ajv.compile>;
  try {
    valid = ajv.compile(schema as object);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new SerinError('usage', { expected: `a JSON Schema in ${file}`, found, cause });
  }
  return {
    json: true,
    misfit: (answer) => {
      if (valid(answer)) return undefined;
      const [error] = valid.errors ?? [];
      const place =
        error?.instancePath === '' ? 'the answer' : (error?.instancePath ?? 'the answer');
      return `${place} ${error?.message ?? 'does not fit the schema'}`;
    },
  };
}

function misfitOfProtocol(path: string, answer: unknown): string | undefined {
  if (!isObject(answer)) return `the answer should be an object, and is ${shown(answer)}`;
  if (isOpenInference(path)) return misfitOfInference(answer['outputs']);
  if (predictionFields.some((field) => field in answer)) return undefined;
  return 'error' in answer
    ? `no prediction, and an "error": ${shown(answer['error'])}`
    : `no prediction: the answer holds ${shown(Object.keys(answer))}`;
}

function misfitOfInference(outputs: unknown): string | undefined {
  if (!Array.isArray(outputs) || outputs.length === 0) return 'the answer has no "outputs"';
  for (const output of outputs as unknown[]) {
    if (!isObject(output)) return `an output is ${shown(output)}`;
    const { name, shape, data } = output;
    if (typeof name !== 'string' || !Array.isArray(shape))
      return 'an output has no name or no shape';
    if (!Array.isArray(data)) continue;
    const count = elementCount(shape as number[]);
    if (data.length !== count) {
      return `output ${shown(name)} has ${data.length} elements, and its shape says ${count}`;
    }
    if (data.includes(null)) return `output ${shown(name)} holds null where a number belongs`;
  }
  return undefined;
}
