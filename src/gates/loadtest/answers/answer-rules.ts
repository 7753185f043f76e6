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
  const { error } = answer;
  // Some servers always have the key, and say with null, false or '' that there was none.
  if (Boolean(error)) return `a good status, and an "error": ${shown(error)}`;
  return isOpenInference(path) ? misfitOfInference(answer['outputs']) : misfitOfPrediction(answer);
}

function misfitOfPrediction(answer: Readonly<Record<string, unknown>>): string | undefined {
  const fields = predictionFields.filter((field) => field in answer);
  if (fields.some((field) => saysSomething(answer[field]))) return undefined;
  const [first] = fields;
  return first === undefined
    ? `no prediction: the answer holds ${shown(Object.keys(answer))}`
    : `no prediction: ${JSON.stringify(first)} is ${shown(answer[first])}`;
}

/** Whether a prediction is more than null, lists with null, or nothing at all. */
function saysSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(saysSomething);
  if (isObject(value)) return Object.values(value).some(saysSomething);
  return value !== null;
}

function misfitOfInference(outputs: unknown): string | undefined {
  if (!Array.isArray(outputs) || outputs.length === 0) return 'the answer has no "outputs"';
  for (const output of outputs as unknown[]) {
    if (!isObject(output)) return `an output is ${shown(output)}`;
    const { name, shape, data, parameters } = output;
    if (typeof name !== 'string' || !Array.isArray(shape))
      return 'an output has no name or no shape';
    if (!Array.isArray(data)) {
      if (data === undefined && isBinary(parameters)) continue;
      return `output ${shown(name)} has no "data"`;
    }
    const count = elementCount(shape as number[]);
    if (data.length !== count) {
      return `output ${shown(name)} has ${data.length} elements, and its shape says ${count}`;
    }
    if (data.includes(null)) return `output ${shown(name)} holds null where a number belongs`;
  }
  return undefined;
}

/** The elements come after the JSON then. Source: Open Inference Protocol, binary tensor extension. */
function isBinary(parameters: unknown): boolean {
  return isObject(parameters) && typeof parameters['binary_data_size'] === 'number';
}
