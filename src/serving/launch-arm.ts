import type { Version } from '../domain/version.js';
import { artefactReader } from '../models/model-artefact.js';
import { FaultInjector } from './faults.js';
import type { ServedArm } from './gateway/served-model.js';
import { HttpUpstream, defaultHttpUpstreamOptions } from './http-upstream/http-upstream.js';
import { OnnxUpstream } from './onnx-upstream.js';
import type { DigestOf } from './runner/refuse-changed-version.js';
import { launchRunner, type RunnerSettings } from './runner/launch-runner.js';

type Log = (message: string, fields: Readonly<Record<string, unknown>>) => void;

/** What starts the upstream that answers for a version. */
export function launcher(
  settings: RunnerSettings,
  random: () => number,
  log: Log,
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
