import { elementBytes, type Tensor, type TensorData } from '../domain/tensor.js';
import { readableTensor, type Json } from './readable-tensor.js';

/** What a request held or an answer said, copied, so that nothing larger is kept alive by it. */
export type KeptPayload =
  | { readonly kind: 'tensors'; readonly tensors: readonly Tensor[] }
  | { readonly kind: 'body'; readonly bytes: Buffer; readonly isJson: boolean }
  | { readonly kind: 'left-out'; readonly bytes: number };

/**
 * Copies a payload: as tensors where it was understood, else its body.
 * @param maxBytes what is larger is left out
 */
export function keepPayload(
  tensors: readonly Tensor[] | undefined,
  body: string | Buffer,
  contentType: string | string[] | undefined,
  maxBytes: number,
): KeptPayload {
  if (tensors !== undefined) {
    const bytes = tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
    if (bytes > maxBytes) return { kind: 'left-out', bytes };
    return { kind: 'tensors', tensors: tensors.map(copied) };
  }
  const type = String(contentType ?? '');
  const isReadable = type.includes('json') || type.startsWith('text/');
  const bytes = Buffer.byteLength(body);
  if (bytes > maxBytes || !isReadable) return { kind: 'left-out', bytes };
  return { kind: 'body', bytes: Buffer.from(body), isJson: type.includes('json') };
}

/** A kept payload for a person to read: tensors by their names, JSON as it was sent, else the text. */
export function readablePayload(payload: KeptPayload): Json {
  switch (payload.kind) {
    case 'tensors':
      return Object.fromEntries(
        payload.tensors.map((tensor) => [tensor.name, readableTensor(tensor)]),
      );
    case 'body':
      return payload.isJson ? parsedOrText(payload.bytes.toString()) : payload.bytes.toString();
    case 'left-out':
      return { left_out: `${payload.bytes} bytes: too many to keep, or no text` };
  }
}

function bytesOf({ datatype, data }: Tensor): number {
  if (datatype !== 'BYTES') return data.length * elementBytes[datatype];
  return (data as readonly Uint8Array[]).reduce((sum, bytes) => sum + bytes.length, 0);
}

function copied(tensor: Tensor): Tensor {
  const { name, datatype, shape } = tensor;
  const data = (
    datatype === 'BYTES'
      ? (tensor.data as readonly Uint8Array[]).map((bytes) => Uint8Array.from(bytes))
      : (tensor.data as Float64Array).slice()
  ) satisfies TensorData;
  return { name, datatype, shape: [...shape], data };
}

function parsedOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // It said that it was JSON; a person sees what it was.
    return text;
  }
}
