import { Command } from 'commander';
import { productVersion } from '../config/product-version.js';
import { ciCommand } from './commands/ci.js';
import { deployCommand } from './commands/deploy.js';
import { initCommand } from './commands/init.js';
import { judgeCommand } from './commands/judge.js';
import { loadtestCommand } from './commands/loadtest.js';
import { planCommand } from './commands/plan.js';
import { promoteCommand } from './commands/promote.js';
import { rollbackCommand } from './commands/rollback.js';
import { rolloutCommand } from './commands/rollout.js';
import { watchCommand } from './commands/watch.js';
import { serveCommand } from './commands/serve.js';
import { smokeCommand } from './commands/smoke.js';
import { statusCommand } from './commands/status.js';
import { trainSamplesCommand } from './commands/train-samples.js';
import { validateCommand } from './commands/validate.js';
import { walkthroughCommand } from './commands/walkthrough.js';
import { reportFailure } from './report-failure.js';

const program = new Command('serin')
  .description(
    'Takes a new version of an ML model to 100% of live traffic one guarded step at a time,\n' +
      'and takes it back by itself when the evidence says that it harms.',
  )
  .version(productVersion)
  // So that options after the name of a command, and of one below it, are that command's.
  .enablePositionalOptions()
  .addCommand(serveCommand())
  .addCommand(deployCommand())
  .addCommand(statusCommand())
  .addCommand(promoteCommand())
  .addCommand(rollbackCommand())
  .addCommand(smokeCommand())
  .addCommand(loadtestCommand())
  .addCommand(judgeCommand())
  .addCommand(planCommand())
  .addCommand(rolloutCommand())
  .addCommand(watchCommand())
  .addCommand(validateCommand())
  .addCommand(initCommand())
  .addCommand(ciCommand())
  .addCommand(trainSamplesCommand())
  .addCommand(walkthroughCommand());

pointToHelpAfterErrors(program);

try {
  await program.parseAsync();
} catch (thrown) {
  reportFailure(thrown, process.argv.includes('--json'));
}

/** Commands that are added inherit no settings, so each one is told. */
function pointToHelpAfterErrors(command: Command): void {
  command.showHelpAfterError('(add --help for what there is)');
  command.commands.forEach(pointToHelpAfterErrors);
}
