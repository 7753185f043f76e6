import { Command } from 'commander';
import { connect } from '../client.js';
import { print, withClientOptions, type ClientOptions } from '../options.js';
import { parseCount } from '../units.js';
import { takeWalk, type WalkStep } from '../walkthrough/take-walk.js';

interface WalkthroughOptions extends ClientOptions {
  readonly version: string;
  readonly requests: number;
}

/** serin walkthrough */
export function walkthroughCommand(): Command {
  const command = new Command('walkthrough')
    .description(
      'Take a running demo server through deploy, traffic, health check, slow-down, roll-back and\n' +
        'power analysis; every step shows what it did, and fails when that is not what it should be.',
    )
    .option('--version <model/version>', 'the canary', 'churn/2')
    .option('--requests <number>', 'predictions in each half', parseCount, 300)
    .addHelpText(
      'after',
      '\nExample (after `npm start`, in another terminal):\n  $ serin walkthrough',
    )
    .action(async ({ url, json, version, requests }: WalkthroughOptions) => {
      const steps = await takeWalk(connect(url), { version, requests }, (step) => {
        if (json !== true) process.stdout.write(`${renderStep(step)}\n`);
      });
      const failed = steps.filter(({ ok }) => !ok).length;
      print({ steps, failed }, json, () =>
        failed === 0
          ? `\nAll ${steps.length} steps did what they should.`
          : `\n${failed} of ${steps.length} steps did not do what they should.`,
      );
      if (failed > 0) process.exitCode = 1;
    });
  return withClientOptions(command);
}

function renderStep({ ok, title, shown, expected }: WalkStep): string {
  const lines = [`${ok ? '✓' : '✗'} ${title}`, ...shown.map((line) => `    ${line}`)];
  return ok ? lines.join('\n') : [...lines, `    expected: ${expected}`].join('\n');
}
