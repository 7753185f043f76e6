import type { GraphProto, NodeProto } from './generated/onnx_pb.js';

/** Operators that hand on the same integers, in another form. */
const handsOn = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Flatten',
  'Transpose',
]);

/** Operators that hand on a table with as many entries. */
const handsTableOn = new Set(['Identity', 'Cast', 'DequantizeLinear']);

/**
 * Inputs that are positions in a table of the model, as token ids are in a table of embeddings, and
 * how many entries the smallest such table has: other positions are errors.
 */
export function entriesLookedUp(graph: GraphProto): ReadonlyMap<string, number> {
  const maker = new Map(
    graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)),
  );
  const tables = new Map(graph.initializer.map(({ name, dims }) => [name, dims.map(Number)]));
  const inputs = new Set(graph.input.map(({ name }) => name));
  const entries = new Map<string, number>();
  for (const node of graph.node) {
    if (node.opType !== 'Gather') continue;
    const input = traced(node.input[1] ?? '', maker, handsOn);
    const table = tables.get(traced(node.input[0] ?? '', maker, handsTableOn));
    const size = table?.[axisOf(node)];
    if (size === undefined || !inputs.has(input) || tables.has(input)) continue;
    entries.set(input, Math.min(size, entries.get(input) ?? Infinity));
  }
  return entries;
}

/** Where a value comes from, past the operators that hand it on. */
function traced(
  value: string,
  maker: ReadonlyMap<string, NodeProto>,
  past: ReadonlySet<string>,
): string {
  const seen = new Set<string>();
  let name = value;
  // A graph has no circles, but a file may say anything.
  while (!seen.has(name)) {
    seen.add(name);
    const node = maker.get(name);
    if (node === undefined || !past.has(node.opType)) return name;
    name = node.input[0] ?? '';
  }
  return name;
}

function axisOf({ attribute }: NodeProto): number {
  return Number(attribute.find(({ name }) => name === 'axis')?.i ?? 0n);
}
