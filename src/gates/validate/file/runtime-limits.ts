/**
 * What onnxruntime-node reads; runtime-limits.test.ts proves these numbers on the one installed, by
 * loading models on both sides of every limit.
 */
export const runtimeLimits = {
  irVersion: 13,
  /** The newest operator set of each domain that the runtime brings along. */
  opsets: {
    'ai.onnx': 26,
    'ai.onnx.ml': 5,
    'com.microsoft': 1,
    'ai.onnx.training': 1,
    'ai.onnx.preview.training': 1,
  },
} as const satisfies { irVersion: number; opsets: Readonly<Record<string, number>> };

/** Before this operator set of `ai.onnx` the runtime promises nothing. */
export const oldestOpset = 7;

/** The newest operator set of a domain that the runtime knows; undefined for a domain it does not. */
export function newestOpset(domain: string): number | undefined {
  const known: Readonly<Record<string, number>> = runtimeLimits.opsets;
  return Object.hasOwn(known, domain) ? known[domain] : undefined;
}
