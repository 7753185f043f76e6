import type { Signature, TensorSpec } from '../../domain/signature.js';
import { formatShape } from '../../domain/signature.js';
import type { PredictionSpec } from '../../domain/version.js';
import type { OnnxFile } from '../onnx/read.js';
import { isFloat, likelyKind, likelyOutput, numbersPerRow } from '../prediction.js';
import type { LayeredConfig } from './layers.js';

/**
 * Which output is the prediction, and of what kind: what model.yaml says, else what is likely.
 * @throws SerinError `model-config-invalid` when model.yaml names an output that the model does not
 * have, a kind that its output cannot be, or a number of labels that does not fit
 */
export function predictionSpec(config: LayeredConfig, file: OnnxFile): PredictionSpec {
  const { prediction = {}, labels = [] } = config.values;
  const output = predictionOutput(config, file.signature);
  const kind = prediction.kind ?? likelyKind(output, file.operators, labels);
  if (prediction.kind !== undefined && !canBe(kind, output)) {
    throw config.fail(['prediction', 'kind'], formsOf[kind], inWords(output));
  }
  const count = labelCount(kind, output);
  if (labels.length > 0 && count !== undefined && labels.length !== count) {
    throw config.fail(
      ['labels'],
      count === 0 ? 'no labels for a score' : `${count} labels, as ${inWords(output)} has classes`,
      String(labels.length),
    );
  }
  return { output: output.name, kind, labels };
}

const formsOf: Readonly<Record<PredictionSpec['kind'], string>> = {
  probability: 'a kind that fits: probability takes one floating-point number a row',
  score: 'a kind that fits: score takes one number a row',
  classes: 'a kind that fits: classes takes one number a class in each row',
  label: 'a kind that fits: label takes one integer or text a row',
};

function predictionOutput(config: LayeredConfig, { outputs }: Signature): TensorSpec {
  const named = config.values.prediction?.output;
  const output =
    named === undefined ? likelyOutput(outputs) : outputs.find(({ name }) => name === named);
  if (output !== undefined) return output;
  const names = outputs.map(({ name }) => name).join(', ');
  throw config.fail(
    ['prediction', 'output'],
    `an output of the model: ${names}`,
    JSON.stringify(named),
  );
}

function canBe(kind: PredictionSpec['kind'], output: TensorSpec): boolean {
  const numbers = numbersPerRow(output);
  const single = numbers === 1 || numbers === -1;
  const isText = output.datatype === 'BYTES';
  switch (kind) {
    case 'probability':
      return single && isFloat(output);
    case 'score':
      return single && !isText;
    case 'classes':
      return numbers !== 1 && !isText;
    case 'label':
      return single && !isFloat(output);
  }
}

/** How many classes there are; undefined where nobody knows. */
function labelCount(kind: PredictionSpec['kind'], output: TensorSpec): number | undefined {
  const numbers = numbersPerRow(output);
  switch (kind) {
    case 'probability':
      return 2;
    case 'score':
      return 0;
    case 'classes':
      return numbers === -1 ? undefined : numbers;
    case 'label':
      return undefined;
  }
}

function inWords({ name, datatype, shape }: TensorSpec): string {
  return `${name}: ${datatype} ${formatShape(shape)}`;
}
