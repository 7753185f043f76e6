import type { VersionRef } from '../domain/deployment.js';
import { SerinError } from '../domain/errors.js';
import { toModelName, type ModelName, type VersionName } from '../domain/ids.js';
import type { HttpVersion, Version } from '../domain/version.js';
import type { ModelListing, ModelRepository } from './repository.js';

/** Versions from wherever they come: the repository on disk, and HTTP servers by their address. */
export class VersionDirectory {
  /**
   * @param firstStable what a model without state starts with: a version, a path, or an address
   */
  constructor(
    private readonly repository: ModelRepository,
    private readonly firstStable: ReadonlyMap<string, string>,
  ) {}

  list(): Promise<readonly ModelListing[]> {
    return this.repository.list();
  }

  load(model: ModelName, version: VersionName): Promise<Version> {
    return this.repository.load(model, version);
  }

  /** @throws SerinError `model-required` for an address without a model, or as the repository does */
  async resolve(named: string, model: ModelName | undefined): Promise<Version> {
    if (!isAddress(named)) return this.repository.resolve(named);
    if (model === undefined) {
      throw new SerinError('model-required', { expected: 'the model that this address predicts' });
    }
    return httpVersion(model, named);
  }

  async find(model: ModelName, ref: VersionRef): Promise<Version> {
    switch (ref.kind) {
      case 'onnx':
        return this.repository.load(model, ref.version);
      case 'http':
        return httpVersion(model, ref.url);
      case 'process':
        return { ...ref, model };
      case 'container':
        return { ...ref, model };
    }
  }

  async named(model: ModelName): Promise<Version | undefined> {
    const named = this.firstStable.get(model);
    if (named === undefined) return undefined;
    if (isAddress(named)) return httpVersion(model, named);
    return /[/\\]/.test(named)
      ? this.repository.resolve(named)
      : this.repository.load(model, named);
  }

  async first(model: ModelName): Promise<Version | undefined> {
    const named = await this.named(model);
    return (
      named ?? this.repository.load(model, await this.repository.stableAtStart(model))
    );
  }

  /** Models on disk, and those that only an address answers for. */
  async models(): Promise<readonly ModelName[]> {
    const listed = await this.repository.list();
    const named = [...this.firstStable.keys()].map(toModelName);
    return [...new Set([...listed.map(({ model }) => model), ...named])];
  }
}

function isAddress(named: string): boolean {
  return /^https?:\/\//i.test(named);
}

/** @throws SerinError `invalid-name` when it is no address */
function httpVersion(model: ModelName, address: string): HttpVersion {
  if (!URL.canParse(address)) {
    throw new SerinError('invalid-name', {
      expected: 'an address like http://127.0.0.1:9000',
      found: JSON.stringify(address.slice(0, 200)),
    });
  }
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') {
    throw new SerinError('invalid-name', {
      expected: 'an address without a user or password',
      found: 'one with them',
    });
  }
  // Named by where it is, so that two servers of one model are told apart everywhere.
  const path = url.pathname === '/' ? '' : url.pathname;
  return { kind: 'http', model, version: `${url.host}${path}` as VersionName, url: url.href };
}
