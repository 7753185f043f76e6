import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { readRolloutFile } from '../../ci/rollout-file.js';
import { githubWorkflow } from '../../ci/workflows/github.js';
import { gitlabPipeline } from '../../ci/workflows/gitlab.js';
import { ciSystems, type CiSystem } from '../../ci/workflows/workflow-settings.js';
import { commentedTemplate } from '../../config/commented-template.js';
import { SerinError } from '../../domain/errors.js';
import { parseImageName } from '../../images/registry/image-name.js';
import { openRepository, type ModelListing } from '../../models/repository.js';
import { print } from '../options.js';
import { readTextFile } from '../read-text-file.js';
import { schemaAddress } from '../schema-address.js';
import { writeTextFile } from '../write-text-file.js';

interface InitOptions {
  readonly models: string;
  readonly model?: string;
  readonly out?: string;
  readonly ci?: CiSystem;
  readonly rollout: string;
  readonly folder: string;
  readonly json?: boolean;
}

/** serin init */
export function initCommand(): Command {
  return new Command('init')
    .description(
      'Write a commented serin.yaml for what lies in the model folder; or, with --ci, the workflow\n' +
        'that takes every new version through a pipeline.',
    )
    .option('--models <folder>', 'model repository', 'models')
    .option('--model <name>', 'the model, where there are several; with --ci its .onnx file')
    .option('--out <file>', 'where to write it (serin.yaml; with --ci where the CI system looks)')
    .addOption(new Option('--ci <system>', 'write a workflow').choices(Object.keys(ciSystems)))
    .option('--rollout <file>', 'with --ci: how the canary is rolled out', 'serin.yaml')
    .option('--folder <folder>', 'with --ci: the folder with the Dockerfile', '.')
    .option('--json', 'answer for machines')
    .addHelpText(
      'after',
      '\nExample:\n  $ serin init --model churn\n' +
        '  $ serin init --ci github --folder app --model app/model.onnx',
    )
    .action((options: InitOptions) =>
      options.ci === undefined ? writeSerinYaml(options) : writeWorkflow(options.ci, options),
    );
}

async function writeSerinYaml(options: InitOptions): Promise<void> {
  const { models, model, out = 'serin.yaml', json } = options;
  const repository = openRepository([models]);
  const { model: name, versions } = choose(await repository.list(), model, models);
  const { stable, canary } = toTry(versions, await repository.stableAtStart(name));
  if (canary === undefined) {
    throw new SerinError('version-not-found', {
      expected: `a second version of ${name}, to be tried against ${stable}`,
      found: 'none',
    });
  }
  const pathOf = (version: string): string => `${models}/${name}/${version}`;
  const schema = schemaAddress(out);
  const arms = { stable: pathOf(stable), canary: pathOf(canary) };
  const text = commentedTemplate({ model: name, ...arms, schema });
  writeNewFile(out, text);
  print({ file: out, model: name, stable, canary, schema }, json, () =>
    [
      `Wrote ${out}: ${name}, ${canary} against ${stable}.`,
      `Next: serin rollout check ${out}`,
    ].join('\n'),
  );
}

/** The newest version is what somebody wants to try: where it would serve, the one before serves. */
function toTry(
  versions: readonly string[],
  served: string,
): { readonly stable: string; readonly canary: string | undefined } {
  const newest = versions.at(-1);
  const before = versions.at(-2);
  if (newest !== served || before === undefined) {
    return { stable: served, canary: newest === served ? undefined : newest };
  }
  return { stable: before, canary: newest };
}

function writeWorkflow(system: CiSystem, options: InitOptions): void {
  const { rollout, folder, json, out = ciSystems[system] } = options;
  const modelFile = options.model ?? path.posix.join(folder, 'model.onnx');
  const { model, canaryImage = '' } = readRolloutFile(readTextFile(rollout), rollout);
  const { registry, repository: imageName } = parseImageName(canaryImage);
  const settings = { model, rolloutFile: rollout, folder, modelFile, registry, imageName };
  writeNewFile(out, system === 'github' ? githubWorkflow(settings) : gitlabPipeline(settings));
  print({ file: out, model, image: `${registry}/${imageName}` }, json, () =>
    [
      `Wrote ${out}: ${model}, as ${registry}/${imageName}.`,
      'Next: set the variables and secrets that its first lines name.',
    ].join('\n'),
  );
}

function writeNewFile(file: string, text: string): void {
  if (existsSync(file)) {
    throw new SerinError('usage', { expected: `no file at ${file} yet`, found: 'one' });
  }
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeTextFile(file, text);
}

function choose(
  listed: readonly ModelListing[],
  named: string | undefined,
  folder: string,
): ModelListing {
  const names = listed.map(({ model }) => model).join(', ');
  const found =
    named === undefined && listed.length === 1
      ? listed[0]
      : listed.find(({ model }) => model === named);
  if (found !== undefined) return found;
  throw new SerinError(
    named === undefined && listed.length > 1 ? 'model-required' : 'model-not-found',
    {
      expected: listed.length === 0 ? `a model under ${folder}` : `one of ${names}`,
      found: named ?? 'no name',
      ...(listed.length > 1 ? { advice: 'Name it with --model.' } : {}),
    },
  );
}
