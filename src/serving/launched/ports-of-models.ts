import type { LaunchRecords } from './launch-records.js';
import { freePort } from './local-port.js';

/**
 * Which port each server gets. A rollout file gives its two arms a port each; after a promotion the
 * canary's is stable's, and the next canary asks for it all the same.
 */
export class PortsOfModels {
  /** What versions of a model were ever told to listen on. */
  readonly #named = new Map<string, Set<number>>();

  constructor(private readonly records: LaunchRecords) {}

  /**
   * The port that a version wants; where another version of its model has that, one that others of
   * them left, or any that is free.
   * @param name of the version, in the records
   * @param wanted 0: any
   * @throws SerinError `address-in-use` where somebody else listens on the one that is wanted
   */
  async take(name: string, wanted: number): Promise<number> {
    if (wanted === 0) return freePort(0);
    const named = this.#named.get(modelOf(name)) ?? new Set();
    this.#named.set(modelOf(name), named.add(wanted));
    const taken = await this.#takenByOthers(name);
    if (!taken.has(wanted)) return freePort(wanted);
    for (const left of named) {
      if (taken.has(left)) continue;
      try {
        return await freePort(left);
      } catch {
        // A stranger took it over: the next one will do.
      }
    }
    return freePort(0);
  }

  async #takenByOthers(name: string): Promise<ReadonlySet<number>> {
    const names = await this.records.names();
    const others = names.filter((one) => one !== name && modelOf(one) === modelOf(name));
    const records = await Promise.all(others.map((one) => this.records.read(one)));
    return new Set(records.flatMap((record) => record?.port ?? []));
  }
}

/** Neither a model nor a version has an @ in its name. */
function modelOf(name: string): string {
  return name.slice(0, name.indexOf('@'));
}
