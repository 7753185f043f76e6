/**
 * What is wrong with a file of which an error says `model-invalid`: the `problem` among the error's
 * fields, for whoever has to tell one from another.
 */
export const ModelProblem = {
  /** No ONNX at all, or cut off. */
  NotOnnx: 'not-onnx',
  /** ONNX, but with inputs or outputs that cannot be served. */
  Unservable: 'unservable',
  ExternalDataMissing: 'external-data-missing',
  ExternalDataShort: 'external-data-short',
  /** Larger than somebody allowed; nothing of it was read. */
  TooLarge: 'too-large',
} as const;
export type ModelProblem = (typeof ModelProblem)[keyof typeof ModelProblem];
