import { findingsOf } from '../../gates/report/report.js';
import { locateModel } from '../../gates/validate/locate-model.js';
import { validateModel } from '../../gates/validate/validate-model.js';
import { digestOfFolder } from '../digest-of-folder.js';
import { summaryOf } from '../report-of-gate.js';
import type { Stage } from '../stage.js';

/** Examines the model before anything is made of it. */
export const validateStage: Stage<'validate'> = {
  name: 'validate',
  summary: 'examine the model, as `serin validate` does',
  // What model.yaml and golden pairs beside the model say counts, too.
  inputs: async ({ settings }) => {
    const { file, versionFolder } = await locateModel(settings.model);
    return `${file} ${await digestOfFolder(versionFolder)}`;
  },
  run: async ({ settings, ports, progress, signal }) => {
    const report = await validateModel({
      candidate: await locateModel(settings.model),
      start: ports.startModelProcess,
      onProgress: ({ check, done, of }) => progress.say(check, done / of),
      signal,
    });
    return {
      passed: report.passed,
      detail: summaryOf(report),
      findings: findingsOf(report),
      result: { digest: String(report.facts['digest'] ?? '') },
    };
  },
};
