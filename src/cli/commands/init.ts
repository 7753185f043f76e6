import { existsSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { commentedTemplate } from '../../config/commented-template.js';
import { SerinError } from '../../domain/errors.js';
import { openRepository, type ModelListing } from '../../models/repository.js';
import { print } from '../options.js';

interface InitOptions {
  readonly models: string;
  readonly model?: string;
  readonly out: string;
  readonly json?: boolean;
}

/** serin init */
export function initCommand(): Command {
  return new Command('init')
    .description('Write a commented serin.yaml for what lies in the model folder.')
    .option('--models <folder>', 'model repository', 'models')
    .option('--model <name>', 'the model, where there are several')
    .option('--out <file>', 'where to write it', 'serin.yaml')
    .option('--json', 'answer for machines')
    .addHelpText('after', '\nExample:\n  $ serin init --model churn')
    .action(async ({ models, model, out, json }: InitOptions) => {
      const repository = openRepository([models]);
      const { model: name, versions } = choose(await repository.list(), model, models);
      const stable = await repository.stableAtStart(name);
      const canary = versions.findLast((version) => version !== stable);
      if (canary === undefined) {
        throw new SerinError('version-not-found', {
          expected: `a second version of ${name}, to be tried against ${stable}`,
          found: 'none',
        });
      }
      if (existsSync(out)) {
        throw new SerinError('usage', { expected: `no file at ${out} yet`, found: 'one' });
      }
      const pathOf = (version: string): string => `${models}/${name}/${version}`;
      const text = commentedTemplate({
        model: name,
        stable: pathOf(stable),
        canary: pathOf(canary),
      });
      writeFileSync(out, text);
      print({ file: out, model: name, stable, canary }, json, () =>
        [
          `Wrote ${out}: ${name}, ${canary} against ${stable}.`,
          `Next: serin rollout check ${out}`,
        ].join('\n'),
      );
    });
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
