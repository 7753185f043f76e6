import { Document, isMap, isSeq, visit } from 'yaml';
import { rowOf, type Table } from '../data/table.js';
import { predict, type Network } from '../network/network.js';
import type { Sample } from '../samples/sample.js';
import { nestRow, rowsFileName } from './rows.js';

const goldenRows = 3;
/** ONNX Runtime sums in single precision, the forward pass here in double. */
const tolerance = 1e-5;

/**
 * A model's own model.yaml: what is true of all its versions, and what `serin validate` holds a new
 * one to on the rows of `rows.json`.
 */
export function modelYaml({
  description,
  stable,
  labels,
  input,
  output,
  minAgreement,
}: Sample): string {
  return toYaml({
    description,
    stable,
    labels,
    inputs: { [input.name]: input.description },
    outputs: { [output.name]: output.description },
    validate: { rows: rowsFileName, minAgreement },
  });
}

/**
 * A version's model.yaml, with rows whose answers were computed by the forward pass in TypeScript,
 * so that ONNX Runtime's can be checked against another computation.
 */
export function versionYaml(
  network: Network,
  { input, output }: Sample,
  description: string,
  heldOut: Table,
): string {
  const golden = Array.from({ length: goldenRows }, (_, index) => {
    const row = rowOf(heldOut, index);
    return {
      inputs: { [input.name]: nestRow(row, input.shape) },
      outputs: { [output.name]: [...predict(network, row)] },
      tolerance,
    };
  });
  // Unfolded, so that a row of pixels stays a line.
  return toYaml({ description, golden }, 0);
}

function toYaml(content: object, lineWidth = 100): string {
  const document = new Document(content);
  // Lists of numbers and words read better on one line.
  visit(document, {
    Seq: (_, list) => {
      if (!list.items.some((item) => isSeq(item) || isMap(item))) list.flow = true;
    },
  });
  return document.toString({ lineWidth });
}
