import { Command } from 'commander';
import { stages } from '../../ci/stages.js';
import { stageNames, type StageName } from '../../ci/state/state.js';
import { ciExitCodeHelp, withCiOptions, type CiOptions } from '../ci/ci-options.js';
import { runCi } from '../ci/run-ci.js';

/** serin ci, and each of its stages */
export function ciCommand(): Command {
  const command = new Command('ci')
    .description(
      'Take a folder with a model through a whole pipeline: validate, build, push, launch, health,\n' +
        'load test, canary, and the tag `stable`. What is done already is not done again.',
    )
    // So that options after the name of a stage are the stage's.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `\n${ciExitCodeHelp}\n\nExample:\n` +
        '  $ serin ci --folder app --model app/model.onnx --server http://127.0.0.1:8080',
    )
    .action((options: CiOptions) => runCi(stageNames, options));
  for (const name of stageNames) command.addCommand(stageCommand(name));
  return withCiOptions(command);
}

function stageCommand(name: StageName): Command {
  const command = new Command(name)
    .description(`The stage ${name} of the pipeline: ${stages[name].summary}.`)
    .addHelpText('after', `\nExample:\n  $ serin ci ${name}`)
    .action((options: CiOptions) => runCi([name], options));
  return withCiOptions(command);
}
