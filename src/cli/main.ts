import { Command } from 'commander';
import { productVersion } from '../config/product-version.js';
import { reportFailure } from './report-failure.js';

/**
 * In the order of `--help`. The code of the one command that is asked for is read, and no other's: to
 * read all of it takes many times as long as to ask a server something.
 */
const commands = {
  serve: async () => (await import('./commands/serve.js')).serveCommand(),
  deploy: async () => (await import('./commands/deploy.js')).deployCommand(),
  status: async () => (await import('./commands/status.js')).statusCommand(),
  promote: async () => (await import('./commands/promote.js')).promoteCommand(),
  rollback: async () => (await import('./commands/rollback.js')).rollbackCommand(),
  smoke: async () => (await import('./commands/smoke.js')).smokeCommand(),
  loadtest: async () => (await import('./commands/loadtest.js')).loadtestCommand(),
  judge: async () => (await import('./commands/judge.js')).judgeCommand(),
  plan: async () => (await import('./commands/plan.js')).planCommand(),
  rollout: async () => (await import('./commands/rollout.js')).rolloutCommand(),
  watch: async () => (await import('./commands/watch.js')).watchCommand(),
  validate: async () => (await import('./commands/validate.js')).validateCommand(),
  init: async () => (await import('./commands/init.js')).initCommand(),
  ci: async () => (await import('./commands/ci.js')).ciCommand(),
  'train-samples': async () => (await import('./commands/train-samples.js')).trainSamplesCommand(),
  walkthrough: async () => (await import('./commands/walkthrough.js')).walkthroughCommand(),
};

const program = new Command('serin')
  .description(
    'Takes a new version of an ML model to 100% of live traffic one guarded step at a time,\n' +
      'and takes it back by itself when the evidence says that it harms.',
  )
  .version(productVersion)
  // So that options after the name of a command, and of one below it, are that command's.
  .enablePositionalOptions();

for (const make of wantedOf(process.argv[2])) program.addCommand(await make());

pointToHelpAfterErrors(program);

try {
  await program.parseAsync();
} catch (thrown) {
  reportFailure(thrown, process.argv.includes('--json'));
}

/** All of them where none of them is asked for: for help, and for a name that is none. */
function wantedOf(asked = ''): readonly (() => Promise<Command>)[] {
  if (asked === '--version' || asked === '-V') return [];
  return isCommand(asked) ? [commands[asked]] : Object.values(commands);
}

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name);
}

/** Commands that are added inherit no settings, so each one is told. */
function pointToHelpAfterErrors(command: Command): void {
  command.showHelpAfterError('(add --help for what there is)');
  command.commands.forEach(pointToHelpAfterErrors);
}
