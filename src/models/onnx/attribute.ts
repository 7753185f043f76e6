import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Tensor } from '../../domain/tensor.js';
import { AttributeProto_AttributeType as Type, type AttributeProtoSchema } from './generated/onnx_pb.js';
import { toTensorProto } from './tensor-proto.js';

/** An operator's attribute; its one key says which of ONNX's types the value is of. */
export type AttributeValue =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly string: string }
  | { readonly strings: readonly string[] }
  | { readonly tensor: Tensor };

/** An attribute as ONNX writes it. */
export function toAttribute(
  name: string,
  value: AttributeValue,
): MessageInitShape<typeof AttributeProtoSchema> {
  if ('int' in value) return { name, type: Type.INT, i: BigInt(value.int) };
  if ('ints' in value) return { name, type: Type.INTS, ints: value.ints.map(BigInt) };
  if ('float' in value) return { name, type: Type.FLOAT, f: value.float };
  if ('floats' in value) return { name, type: Type.FLOATS, floats: [...value.floats] };
  if ('string' in value) return { name, type: Type.STRING, s: Buffer.from(value.string) };
  if ('strings' in value) {
    return { name, type: Type.STRINGS, strings: value.strings.map((text) => Buffer.from(text)) };
  }
  return { name, type: Type.TENSOR, t: toTensorProto(value.tensor) };
}
