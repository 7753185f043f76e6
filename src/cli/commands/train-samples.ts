import { Command } from 'commander';
import type { TrainedSample } from '../../../examples/training/train-samples.js';
import { parseCount } from '../units.js';
import { print } from '../options.js';
import { drawProgress } from '../progress.js';
import { renderTable } from '../render/table.js';

interface TrainOptions {
  readonly out: string;
  readonly seed: number;
  readonly model?: string[];
  readonly force?: boolean;
  readonly json?: boolean;
}

/** serin train-samples */
export function trainSamplesCommand(): Command {
  return new Command('train-samples')
    .description('Train the sample models on real data, and write them as ONNX.')
    .option('--out <folder>', 'model repository to write to', 'models')
    .option('--seed <number>', 'the same seed gives the same files', parseCount, 1985)
    .option('--model <names...>', 'only these')
    .option('--force', 'write versions again that are there already')
    .option('--json', 'answer for machines')
    .addHelpText('after', '\nExample:\n  $ serin train-samples --out models --model churn')
    .action(async ({ out, seed, model, force, json }: TrainOptions) => {
      const { trainSamples } = await import('../../../examples/training/train-samples.js');
      const trained = await trainSamples({
        outDir: out,
        seed,
        force: force === true,
        ...(model === undefined ? {} : { models: model }),
        onProgress: ({ model: name, version, done }) => {
          drawProgress(done, `${name} ${version}`);
        },
      });
      print({ samples: trained }, json, () => renderTrained(trained));
    });
}

function renderTrained(trained: readonly TrainedSample[]): string {
  const rows = trained.map(({ model, version, outcome, heldOutAccuracy, heldOutRows }) => [
    model,
    version,
    outcome,
    heldOutAccuracy === undefined ? '–' : `${(100 * heldOutAccuracy).toFixed(1)}%`,
    heldOutRows === undefined ? '–' : String(heldOutRows),
  ]);
  return renderTable(['model', 'version', '', 'held-out accuracy', 'rows'], rows);
}
