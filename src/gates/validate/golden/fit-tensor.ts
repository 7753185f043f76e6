import { SerinError } from '../../../domain/errors.js';
import { formatShape, type TensorSpec } from '../../../domain/signature.js';
import { elementCount, type Tensor } from '../../../domain/tensor.js';

/**
 * A tensor from a file under the name of an input or output, whose datatype and shape it must have.
 * @param where for the message
 * @throws SerinError `invalid-input`
 */
export function fitTensor(tensor: Tensor, spec: TensorSpec, where: string): Tensor {
  const { datatype, shape, data } = tensor;
  const fits =
    shape.length === spec.shape.length &&
    spec.shape.every((size, axis) => size === -1 || size === shape[axis]);
  if (datatype !== spec.datatype || !fits || data.length !== elementCount(shape)) {
    throw new SerinError('invalid-input', {
      expected: `${spec.datatype} ${formatShape(spec.shape)} in ${where}`,
      found: `${datatype} ${formatShape(shape)}`,
    });
  }
  return { ...tensor, name: spec.name };
}
