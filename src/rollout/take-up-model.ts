import {
  isSameVersion,
  toVersionRef,
  type Deployment,
  type VersionRef,
} from '../domain/deployment.js';
import { SerinError, toSerinError } from '../domain/errors.js';
import type { ModelName } from '../domain/ids.js';
import type { Version } from '../domain/version.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import type { DeploymentBook } from './deployment-book.js';
import type { DeploymentsOptions } from './deployment-ports.js';

/**
 * Starts what the book says of a model, where it is not running yet; a model that the book does not
 * know begins with its first version.
 * @returns false when there is no such model
 * @throws SerinError why its stable version cannot be served; a canary that cannot is rolled back
 */
export async function takeUpModel(
  model: ServedModel,
  options: DeploymentsOptions,
  book: DeploymentBook,
): Promise<boolean> {
  const { versions, launch } = options;
  const { name } = model;
  const state = book.state(name);
  if (state === undefined) {
    const first = await versions.first(name);
    if (first === undefined) return false;
    model.stable ??= await launch(first);
    const asked = { who: 'serin', why: 'the first version seen' };
    book.append(name, asked, { type: 'stable-chosen', stable: toVersionRef(first) });
    return true;
  }
  if (!state.loaded) return true;
  model.stable ??= await launch(await findStable(name, state.stable, options, book));
  await takeUpCanary(model, state, options, book);
  return true;
}

async function takeUpCanary(
  model: ServedModel,
  { canary, weight }: Deployment,
  options: DeploymentsOptions,
  book: DeploymentBook,
): Promise<void> {
  if (canary === undefined || model.canary !== undefined) return;
  try {
    const version = await findAgain(model.name, canary.version, options);
    model.canary = await options.launch(version);
  } catch (thrown) {
    const error = toSerinError(thrown);
    options.warn(`the canary of ${model.name} was rolled back`, { ...error.toBody() });
    const why = `the canary did not load after a restart: ${error.message}`;
    book.append(model.name, { who: 'serin', why }, { type: 'rolled-back' });
    return;
  }
  model.split.sticky = canary.sticky;
  model.split.setWeight(weight);
  options.comparing.resume(model, canary.rollout);
}

/** The remembered stable version, or where that is not to be had, the one that was named. */
async function findStable(
  name: ModelName,
  ref: VersionRef,
  options: DeploymentsOptions,
  book: DeploymentBook,
): Promise<Version> {
  try {
    return await findAgain(name, ref, options);
  } catch (thrown) {
    const named = await options.versions.named(name);
    if (named === undefined) throw thrown;
    const why = `named at the start, as ${toSerinError(thrown).message}`;
    const stable = toVersionRef(named);
    book.append(name, { who: 'serin', why }, { type: 'stable-chosen', stable });
    return named;
  }
}

/** @throws SerinError `version-changed`: what was promoted is not what lies there now */
async function findAgain(
  name: ModelName,
  ref: VersionRef,
  { versions }: DeploymentsOptions,
): Promise<Version> {
  const version = await versions.find(name, ref);
  if (isSameVersion(ref, toVersionRef(version))) return version;
  throw new SerinError('version-changed', {
    expected: `${identityOf(ref)} as version ${ref.version} of ${name}`,
    found: identityOf(toVersionRef(version)),
  });
}

function identityOf(ref: VersionRef): string {
  switch (ref.kind) {
    case 'onnx':
      return ref.digest;
    case 'http':
      return ref.url;
    case 'process':
      return ref.launch.command.join(' ');
    case 'container':
      return ref.launch.image;
  }
}
