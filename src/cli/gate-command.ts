import type { Command } from 'commander';
import { reportFailure } from './report-failure.js';

/**
 * What pipelines tell apart: what was tested is good, it is not, or nobody knows; and, as shells have
 * it of Ctrl-C, that somebody ended the test.
 */
export const GateExit = { Passed: 0, Failed: 1, NotTested: 2, Interrupted: 130 } as const;
type GateExit = (typeof GateExit)[keyof typeof GateExit];

/** For `--help` of a gate's command. */
export const gateExitHelp =
  '\nExit code: 0 passed, 1 failed, 2 could not be tested, 130 interrupted.\n';

/** Lets a command that cannot be understood end as a gate that could not be tested. */
export function exitAsGate(command: Command): Command {
  return command.exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? GateExit.Passed : GateExit.NotTested),
  );
}

/**
 * Runs a gate and sets the exit code; an error is printed, and says that nothing was tested.
 * @param run resolves to whether it passed, or to the exit code
 */
export async function exitWithResult(
  asJson: boolean,
  run: () => Promise<boolean | GateExit>,
): Promise<void> {
  try {
    const result = await run();
    process.exitCode =
      typeof result === 'number' ? result : result ? GateExit.Passed : GateExit.Failed;
  } catch (thrown) {
    reportFailure(thrown, asJson);
    process.exitCode = GateExit.NotTested;
  }
}
