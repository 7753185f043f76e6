import type {
  AttributeProto,
  GraphProto,
  NodeProto,
  ValueInfoProto,
} from './generated/onnx_pb.js';
import { entriesLookedUp } from './lookups.js';
import type { ModelWithGraph } from './read.js';

/** A dimension: its size, the name of one that may vary, or nothing where it has no name either. */
export type DimensionName = number | string | undefined;

/** What a graph tells beyond its signature, for whoever examines a model before it is served. */
export interface GraphFacts {
  /** The operators used from each domain, functions that the model brings along left out. */
  readonly operatorsByDomain: ReadonlyMap<string, ReadonlySet<string>>;
  /** The dimensions of every input and output by name, as the file names them. */
  readonly dimensions: ReadonlyMap<string, readonly DimensionName[]>;
  /** Inputs that are looked up in a table of the model, and how many entries that has. */
  readonly entriesLookedUp: ReadonlyMap<string, number>;
  /** Initialisers that nothing reads. */
  readonly unusedInitializers: readonly string[];
  /** Inputs that callers have to send, and nothing reads. */
  readonly unusedInputs: readonly string[];
  /** Operators that draw random numbers without a seed, as `RandomNormal`. */
  readonly randomOperators: readonly string[];
  /** Initialisers of which inputs of the same name may take the place. */
  readonly initializersAsInputs: readonly string[];
}

const drawsRandomly = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
]);

/** Looks through a model's graph, the graphs inside it (If, Loop, Scan) and its functions. */
export function describeGraph(model: ModelWithGraph): GraphFacts {
  const { graph } = model;
  const nodes = [
    ...graph.node.flatMap(withInnerNodes),
    ...model.functions.flatMap((function_) => function_.node.flatMap(withInnerNodes)),
  ];
  const own = new Set(model.functions.map(({ domain, name }) => `${domain}/${name}`));
  const initializers = new Set(graph.initializer.map(({ name }) => name));
  const read = readIn(graph, nodes);
  return {
    operatorsByDomain: byDomain(nodes.filter((node) => !own.has(`${node.domain}/${node.opType}`))),
    dimensions: new Map(
      [...graph.input, ...graph.output].map((value) => [value.name, dimensionsOf(value)]),
    ),
    entriesLookedUp: entriesLookedUp(graph),
    unusedInitializers: [...initializers].filter((name) => !read.has(name)),
    unusedInputs: graph.input
      .map(({ name }) => name)
      .filter((name) => !read.has(name) && !initializers.has(name)),
    randomOperators: [
      ...new Set(
        nodes
          .filter((node) => drawsRandomly.has(node.opType) && !hasSeed(node))
          .map((node) => node.opType),
      ),
    ],
    initializersAsInputs: graph.input
      .map(({ name }) => name)
      .filter((name) => initializers.has(name)),
  };
}

/** A node, and all nodes of the graphs among its attributes. */
function withInnerNodes(node: NodeProto): NodeProto[] {
  return [node, ...node.attribute.flatMap(graphsOf).flatMap(({ node: inner }) => inner.flatMap(withInnerNodes))];
}

function graphsOf({ g, graphs }: AttributeProto): GraphProto[] {
  return [...(g === undefined ? [] : [g]), ...graphs];
}

function byDomain(nodes: readonly NodeProto[]): Map<string, Set<string>> {
  const domains = new Map<string, Set<string>>();
  for (const { domain, opType } of nodes) {
    const name = domain === '' ? 'ai.onnx' : domain;
    const operators = domains.get(name) ?? new Set();
    domains.set(name, operators.add(opType));
  }
  return domains;
}

function dimensionsOf({ type }: ValueInfoProto): DimensionName[] {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  return (tensor?.shape?.dim ?? []).map(({ value }) => {
    if (value.case === 'dimValue') return value.value > 0n ? Number(value.value) : undefined;
    return value.case === 'dimParam' && value.value !== '' ? value.value : undefined;
  });
}

/** A graph inside a node may read what is outside of it, so that any reader of the name counts. */
function readIn(graph: GraphProto, nodes: readonly NodeProto[]): ReadonlySet<string> {
  return new Set([
    ...nodes.flatMap(({ input }) => input),
    ...graph.output.map(({ name }) => name),
    ...nodes
      .flatMap(({ attribute }) => attribute.flatMap(graphsOf))
      .flatMap(({ output }) => output.map(({ name }) => name)),
  ]);
}

function hasSeed({ attribute }: NodeProto): boolean {
  return attribute.some(({ name }) => name === 'seed');
}
