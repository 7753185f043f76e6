import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { SerinError } from '../../../domain/errors.js';
import type { Signature, TensorSpec } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import type { Subject } from '../subject.js';
import { readJsonPairs } from './json-pairs.js';
import type { KnownPair } from './known-pair.js';
import { findNamed } from './find-named.js';
import { readNpy } from './npy.js';
import { readNpz } from './npz.js';
import { readTensorProto } from './tensor-proto.js';
import { fitTensor } from './fit-tensor.js';

/** A larger file is no handful of golden pairs: it is refused before it is read. */
const mostBytes = 256 * 2 ** 20;

/**
 * Reads golden pairs, from any of these:
 * - a JSON file: a list of `{ inputs, outputs, tolerance? }`, as `golden` of model.yaml;
 * - an `.npz` with one array for every input and for each known output, by name, or as
 *   `inputs.<name>` and `outputs.<name>` where the two share a name;
 * - a folder with `input_0` and `output_0` and so on, as `.npy` or `.pb` (TensorProto), in the order
 *   of the signature: what the ONNX project calls a test data set; or with files by name;
 * - a folder of such files and folders.
 * @param named a relative path is looked for in the version's folder, then in the model's
 * @throws SerinError `model-config-invalid`, `invalid-input`, `path-outside-roots`
 */
export async function readKnownPairs(
  { model, signature }: Pick<Subject, 'model' | 'signature'>,
  named: string,
): Promise<readonly KnownPair[]> {
  return pairsAt(await findNamed(model, named), path.basename(named), signature);
}

async function pairsAt(
  place: string,
  name: string,
  signature: Signature,
): Promise<readonly KnownPair[]> {
  if (!(await stat(place)).isDirectory()) return pairsOfFile(place, name, signature);
  const names = (await readdir(place)).filter((one) => !one.startsWith('.')).sort();
  const single = names.filter((one) => /\.(npy|pb)$/.test(one));
  const pairs = single.length === 0 ? [] : [await pairOfFolder(place, name, single, signature)];
  for (const one of names) {
    const inner = path.join(place, one);
    const isFolder = (await stat(inner)).isDirectory();
    if (isFolder || /\.(json|npz)$/.test(one)) {
      pairs.push(...(await pairsAt(inner, `${name}/${one}`, signature)));
    }
  }
  if (pairs.length === 0) {
    throw invalid(`golden pairs in ${name}: .json, .npz, .npy or .pb files`, 'none');
  }
  return pairs;
}

async function pairsOfFile(
  file: string,
  name: string,
  signature: Signature,
): Promise<readonly KnownPair[]> {
  const bytes = await readSmall(file, name);
  if (file.endsWith('.json')) return readJsonPairs(bytes.toString('utf8'), name, signature);
  if (file.endsWith('.npz')) return [toPair(readNpz(bytes, name), name, signature)];
  throw invalid('a file of golden pairs: .json or .npz, or a folder of .npy or .pb', name);
}

async function pairOfFolder(
  folder: string,
  name: string,
  files: readonly string[],
  signature: Signature,
): Promise<KnownPair> {
  const tensors = new Map<string, Tensor>();
  for (const file of files) {
    const shownAs = `${name}/${file}`;
    const bytes = await readSmall(path.join(folder, file), shownAs);
    const tensor = file.endsWith('.npy')
      ? readNpy(bytes, shownAs)
      : readTensorProto(bytes, shownAs);
    tensors.set(file.replace(/\.(npy|pb)$/, ''), tensor);
  }
  return toPair(tensors, name, signature);
}

/** Arrays by name as inputs and outputs: `input_0` counts, anything else is a name. */
function toPair(
  arrays: ReadonlyMap<string, Tensor>,
  name: string,
  { inputs, outputs }: Signature,
): KnownPair {
  const used = new Set<string>();
  const take = (specs: readonly TensorSpec[], side: 'input' | 'output'): Tensor[] =>
    specs.flatMap((spec, index) => {
      const keys = [`${side}s.${spec.name}`, spec.name, `${side}_${index}`];
      const key = keys.find((one) => arrays.has(one) && !used.has(one));
      const tensor = key === undefined ? undefined : arrays.get(key);
      if (key === undefined || tensor === undefined) return [];
      used.add(key);
      return [fitTensor(tensor, spec, `${name}: ${key}`)];
    });
  const pair = { name, inputs: take(inputs, 'input'), outputs: take(outputs, 'output') };
  const odd = [...arrays.keys()].find((key) => !used.has(key));
  if (odd !== undefined) {
    const known = [...inputs, ...outputs].map((spec) => spec.name);
    throw invalid(`inputs and outputs of the model in ${name}: ${known.join(', ')}`, odd);
  }
  if (pair.inputs.length < inputs.length || pair.outputs.length === 0) {
    throw invalid(
      `every input and an output in ${name}`,
      [...arrays.keys()].join(', ') || 'nothing',
    );
  }
  return pair;
}

async function readSmall(file: string, name: string): Promise<Buffer> {
  const { size } = await stat(file);
  if (size > mostBytes) throw invalid(`at most ${mostBytes} bytes in ${name}`, `${size} bytes`);
  return readFile(file);
}

function invalid(expected: string, found: string): SerinError {
  return new SerinError('invalid-input', { expected, found });
}
