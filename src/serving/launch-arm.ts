import { SerinError } from '../domain/errors.js';
import type { Version } from '../domain/version.js';
import { artefactReader } from '../models/model-artefact.js';
import { FaultInjector } from './faults.js';
import type { ServedArm } from './gateway/served-model.js';
import { HttpUpstream, defaultHttpUpstreamOptions } from './http-upstream/http-upstream.js';
import type { LaunchedServers } from './launched/launched-servers.js';
import { OnnxUpstream } from './onnx-upstream.js';
import type { DigestOf } from './runner/refuse-changed-version.js';
import { launchRunner, type RunnerSettings } from './runner/launch-runner.js';

type Log = (message: string, fields: Readonly<Record<string, unknown>>) => void;

/**
 * What starts the upstream that answers for a version.
 * @param servers starts the HTTP servers that Serin runs itself; without it, there are none
 */
export function launcher(
  settings: RunnerSettings,
  random: () => number,
  log: Log,
  servers?: LaunchedServers,
): (version: Version) => Promise<ServedArm> {
  const readArtefact = artefactReader();
  const digestOf: DigestOf = async (file) => (await readArtefact(file)).digest;
  return async (version) => {
    const faults = new FaultInjector(random);
    const { requestTimeoutMs } = settings;
    if (version.kind === 'http') {
      const options = { ...defaultHttpUpstreamOptions, requestTimeoutMs };
      const upstream = new HttpUpstream(version, faults, options);
      await upstream.lookNow();
      return { upstream, faults, crash: undefined, leak: undefined, process: undefined };
    }
    if (version.kind !== 'onnx') {
      if (servers === undefined) throw new SerinError('commands-not-allowed');
      const { upstream, crash } = await servers.launch(version, faults);
      return { upstream, faults, crash, leak: undefined, process: () => upstream.facts() };
    }
    const model = await launchRunner(version, settings, random, log, digestOf);
    return {
      upstream: new OnnxUpstream(version, model, faults, requestTimeoutMs),
      faults,
      crash: () => model.crash(),
      leak: (mebibytesPerSecond) => model.leak(mebibytesPerSecond),
      process: () => model.facts(),
    };
  };
}
