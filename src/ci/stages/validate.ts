import { findingsOf } from '../../gates/report/report.js';
import { locateModel } from '../../gates/validate/locate-model.js';
import { validateModel } from '../../gates/validate/validate-model.js';
import { summaryOf } from '../report-of-gate.js';
import type { Stage, StageContext } from '../stage.js';

/** Examines the model before anything is made of it. */
export const validateStage: Stage<'validate'> = {
  name: 'validate',
  summary: 'examine the model, as `serin validate` does',
  inputs: async (context) => {
    const { model, against } = context.settings;
    const content = await contentOf(model, context);
    return against === undefined
      ? content
      : `${content} against ${await contentOf(against, context)}`;
  },
  run: async ({ settings: { model, against }, ports, progress, signal }) => {
    const report = await validateModel({
      candidate: await locateModel(model),
      against: against === undefined ? undefined : await locateModel(against),
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

/** What model.yaml and golden pairs beside a model say counts, too. */
async function contentOf(model: string, { modelDigest }: StageContext): Promise<string> {
  const { file, versionFolder } = await locateModel(model);
  return `${file} ${await modelDigest(versionFolder)}`;
}
