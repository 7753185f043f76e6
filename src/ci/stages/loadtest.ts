import { loadTest } from '../../gates/loadtest/load-test.js';
import { reportOfLoadTest } from '../../gates/loadtest/report/to-report.js';
import { findingsOf } from '../../gates/report/report.js';
import type { Stage } from '../stage.js';
import { containerUnderTest } from '../container-under-test.js';
import { containerNameFor } from '../container-name.js';
import { removeQuietly } from '../remove-quietly.js';
import { healthStage } from './health.js';

const linesShown = 30;

/** Loads the container with predictions, checks every answer, and stops it at the end. */
export const loadtestStage: Stage<'loadtest'> = {
  name: 'loadtest',
  summary: 'load it with predictions, as `serin loadtest` does, and stop it',
  inputs: async (context) =>
    `${await healthStage.inputs(context)} ${JSON.stringify(context.settings.load)}`,
  run: async (context) => {
    const { settings, ports, progress, signal } = context;
    const container = containerNameFor(settings.folder);
    const { load: plan, inputs, predictPath } = settings;
    try {
      const { url } = await containerUnderTest(context);
      const result = await loadTest({
        url: url + predictPath,
        plan,
        inputs,
        headers: {},
        seed: plan.seed,
        connections: plan.load.kind === 'closed' ? plan.load.users : 512,
        onProgress: progress.load,
        signal,
      });
      // What was measured until then says nothing of the thresholds.
      signal.throwIfAborted();
      const report = reportOfLoadTest(result);
      const engine = await ports.engine();
      const log = report.passed ? [] : await engine.logs(container, linesShown);
      await engine.remove(container);
      return {
        passed: report.passed,
        detail: report.checks
          .slice(0, 2)
          .map((check) => check.detail)
          .join('; '),
        findings: findingsOf(report),
        measurements: report.measurements,
        log,
        result: {},
      };
    } catch (thrown) {
      await removeQuietly(context, container);
      throw thrown;
    }
  },
};
