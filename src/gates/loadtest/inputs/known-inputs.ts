import type { Signature } from '../../../domain/signature.js';
import type { OnnxVersion } from '../../../domain/version.js';
import { defaultExpectations } from '../../validate/expectations.js';
import type { MadeFor } from '../../validate/inputs/input-maker.js';
import { modelOfVersion } from '../../validate/locate-model.js';
import { readSubject } from '../../validate/subject.js';

/** What is known of the inputs of a target before it is asked. */
export type KnownInputs = Pick<MadeFor, 'subject' | 'expectations'>;

/**
 * What a version's file and its model.yaml say: names of dimensions and tables in which integers are
 * looked up, sizes (`validate.dimensions`) and ranges (`validate.inputs`).
 * @throws SerinError `model-file-missing` where the operating system does not let it read
 */
export async function knownInputsOf(version: OnnxVersion): Promise<KnownInputs> {
  const { subject } = await readSubject(modelOfVersion(version));
  if (subject === undefined) return inputsOfSignature(version.signature);
  return { subject, expectations: subject.expectations };
}

/** What a server says itself of what it takes. */
export function inputsOfSignature(signature: Signature): KnownInputs {
  const graph = { dimensions: new Map(), entriesLookedUp: new Map() };
  return { subject: { signature, graph }, expectations: defaultExpectations };
}
