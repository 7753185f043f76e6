import type { TensorSpec } from '../domain/signature.js';
import { elementCount } from '../domain/tensor.js';
import type { PredictionSpec } from '../domain/version.js';
import type { Operator } from './onnx/read.js';

/** Parts of names that exporters give to the output that matters, the most telling first. */
const tellingNames = [/prob/i, /score/i, /pred/i, /label/i, /class/i];

/** Operators that hand values on; what made the values comes before them. */
const passesOn = new Set(['Identity', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Cast']);

/** The output that is the prediction where nobody said so: by its name, else the first. */
export function likelyOutput(outputs: readonly TensorSpec[]): TensorSpec | undefined {
  for (const telling of tellingNames) {
    const output = outputs.find(({ name }) => telling.test(name));
    if (output !== undefined) return output;
  }
  return outputs[0];
}

/** What kind of answer an output most likely is, from its datatype, shape, operator and name. */
export function likelyKind(
  output: TensorSpec,
  operators: readonly Operator[],
  labels: readonly string[],
): PredictionSpec['kind'] {
  const numbers = numbersPerRow(output);
  if (!isFloat(output)) return numbers === 1 || output.datatype === 'BYTES' ? 'label' : 'classes';
  const maker = makerOf(output.name, operators);
  const saysProbability = /prob/i.test(output.name);
  if (maker === 'Softmax') return 'classes';
  if (numbers === 1) return maker === 'Sigmoid' || saysProbability ? 'probability' : 'score';
  if (numbers > 1) return 'classes';
  // How many there are shows only when the model runs.
  return saysProbability || labels.length > 1 ? 'classes' : 'score';
}

/** Numbers of one row of an output; -1 where it is free. The first dimension is the batch. */
export function numbersPerRow({ shape }: TensorSpec): number {
  const row = shape.slice(1);
  return row.includes(-1) ? -1 : elementCount(row);
}

/** Whether an output holds floating-point numbers. */
export function isFloat({ datatype }: TensorSpec): boolean {
  return ['FP16', 'BF16', 'FP32', 'FP64'].includes(datatype);
}

function makerOf(value: string, operators: readonly Operator[]): string | undefined {
  const at = operators.findLastIndex(({ outputs }) => outputs.includes(value));
  const maker = operators[at];
  if (maker === undefined || !passesOn.has(maker.type)) return maker?.type;
  return makerOf(maker.inputs[0] ?? '', operators.slice(0, at));
}
