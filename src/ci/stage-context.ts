import path from 'node:path';
import { SerinError } from '../domain/errors.js';
import { digestOfBuild } from './digest-of-build.js';
import { digestOfFolder, within } from './digest-of-folder.js';
import { digestOfInputs } from './digest-of-inputs.js';
import type { CiPorts, StageProgress } from './ports.js';
import type { CiSettings } from './settings.js';
import type { Stage, StageContext } from './stage.js';
import { stages } from './stages.js';
import type { StageName, StageRecord } from './state/state.js';
import type { StateFile } from './state/state-file.js';

export interface ContextWishes {
  readonly settings: CiSettings;
  readonly ports: CiPorts;
  readonly state: StateFile;
  readonly progress: StageProgress;
  readonly signal: AbortSignal;
}

/** The context of the stages of one run; what they leave is in the state file. */
export function stageContext(wishes: ContextWishes): StageContext {
  const { settings, ports, state, progress, signal } = wishes;
  let folderDigest: Promise<string> | undefined;
  let inputsDigest: Promise<string> | undefined;
  const now = async <Name extends StageName>(
    name: Name,
  ): Promise<StageRecord<Name> | undefined> => {
    const record: StageRecord<Name> | undefined = state.state[name];
    return record?.inputs === (await stages[name].inputs(context)) ? record : undefined;
  };
  const context: StageContext = {
    settings,
    ports,
    progress,
    signal,
    folderDigest: () => (folderDigest ??= digestOfBuild({ ...settings, written: state.written })),
    inputsDigest: () => (inputsDigest ??= digestOfInputs(settings.inputs)),
    modelDigest: (of) => {
      // .dockerignore says nothing of what is validated; packages are no part of a model.
      const leftOut = [...state.written, path.join(of, 'node_modules')];
      return digestOfFolder(of, within(of, leftOut));
    },
    resultOf: async (name) => {
      const record = await now(name);
      if (record?.passed === true) return record.result;
      throw new SerinError('ci-stage-missing', {
        expected: `the stage ${name} to have passed for what is here now`,
        found: state.state[name] === undefined ? 'that it was never run' : 'that it has not',
        advice: `Run it first: serin ci ${name}; or the whole of \`serin ci\`.`,
      });
    },
    isDone: async (name) => {
      const stage = stages[name] as Stage;
      const record = await now(name);
      if (record?.passed !== true) return false;
      return (await stage.stillHolds?.(record.result, context)) ?? true;
    },
    keep: async (name, result) => {
      const inputs = await stages[name].inputs(context);
      const endedAtMs = ports.wallMs();
      const kept = { inputs, passed: false, detail: 'begun', result, endedAtMs, durationMs: 0 };
      state.record(name, kept);
    },
    kept: async (name) => (await now(name))?.result,
  };
  return context;
}
