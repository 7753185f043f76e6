import type { Command } from 'commander';
import { reportFailure } from './report-failure.js';

/** What pipelines tell apart: what was tested is good, it is not, or nobody knows. */
export const GateExit = { Passed: 0, Failed: 1, NotTested: 2 } as const;

/** For `--help` of a gate's command. */
export const gateExitHelp = '\nExit code: 0 passed, 1 failed, 2 could not be tested.\n';

/** Lets a command that cannot be understood end as a gate that could not be tested. */
export function exitAsGate(command: Command): Command {
  return command.exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? GateExit.Passed : GateExit.NotTested),
  );
}

/**
 * Runs a gate and sets the exit code; an error is printed, and says that nothing was tested.
 * @param run resolves to whether it passed
 */
export async function exitWithResult(asJson: boolean, run: () => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await run()) ? GateExit.Passed : GateExit.Failed;
  } catch (thrown) {
    reportFailure(thrown, asJson);
    process.exitCode = GateExit.NotTested;
  }
}
