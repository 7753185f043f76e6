import { casesOfServer } from '../../gates/smoke/smoke-cases.js';
import { smokeTest } from '../../gates/smoke/smoke-test.js';
import { findingsOf } from '../../gates/report/report.js';
import { ContainerSubject } from '../container-subject.js';
import { containerUnderTest } from '../container-under-test.js';
import { containerNameFor } from '../container-name.js';
import { removeQuietly } from '../remove-quietly.js';
import type { Stage } from '../stage.js';

const answerWithinMs = 10_000;

/** Waits until the container is healthy, and asks it for predictions whose answers are known. */
export const healthStage: Stage<'health'> = {
  name: 'health',
  summary: 'wait until it is healthy, and predict rows whose answers are known',
  inputs: async (context) => {
    const { inputs, predictPath } = context.settings;
    // What one container answered says nothing of the next, which may not even listen yet.
    const { id } = await context.resultOf('launch');
    return JSON.stringify([id, predictPath, inputs, await context.inputsDigest()]);
  },
  run: async (context) => {
    const { settings, ports, progress, signal } = context;
    const container = containerNameFor(settings.folder);
    try {
      const { url } = await containerUnderTest(context);
      const target = url + settings.predictPath;
      const engine = await ports.engine();
      const subject = new ContainerSubject(
        engine,
        container,
        target,
        settings.rolloutFile.launch.health,
        signal,
      );
      progress.say(`until ${url}${settings.rolloutFile.launch.health} answers`);
      const { report, log } = await smokeTest({
        subject,
        cases: () =>
          casesOfServer(target, { inputs: settings.inputs, model: undefined, headers: {} }),
        deadlineMs: settings.deadlineMs,
        timeoutMs: answerWithinMs,
        wallMs: ports.wallMs,
      });
      // Answers that nobody waited for say nothing of the container.
      signal.throwIfAborted();
      if (!report.passed) await engine.remove(container);
      return {
        passed: report.passed,
        detail: report.checks.map(({ detail }) => detail).join('; '),
        findings: findingsOf(report),
        log: report.passed ? [] : log,
        result: {},
      };
    } catch (thrown) {
      await removeQuietly(context, container);
      throw thrown;
    }
  },
};
