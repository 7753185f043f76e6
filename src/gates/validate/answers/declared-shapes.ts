import { formatShape } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import type { Finding } from '../../report/report.js';
import { finding } from '../finding.js';
import type { LiveContext } from '../live-context.js';

/**
 * Outputs of another shape than the file declares, which is what clients are told.
 * @param on what was asked: `random inputs 3`
 */
export function notDeclared(
  { subject: { signature, graph } }: LiveContext,
  outputs: readonly Tensor[],
  on: string,
): Finding[] {
  return signature.outputs.flatMap(({ name, shape }) => {
    const output = outputs.find((one) => one.name === name);
    // An output without a declared shape is taken for one of one dimension: it promises nothing.
    const promisesNothing = (graph.dimensions.get(name) ?? []).length === 0;
    if (output === undefined || promisesNothing || fits(output.shape, shape)) return [];
    return [
      finding('output-not-declared', `output ${name} has another shape than declared, on ${on}`, {
        expected: formatShape(shape),
        found: formatShape(output.shape),
      }),
    ];
  });
}

function fits(shape: readonly number[], declared: readonly number[]): boolean {
  return (
    shape.length === declared.length &&
    declared.every((size, axis) => size === -1 || size === shape[axis])
  );
}
