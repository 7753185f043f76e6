import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { parse } from 'yaml';
import {
  readJudgeSettings,
  type PartialJudgeSettings,
} from '../../analysis/read-judge-settings.js';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import { SerinError } from '../../domain/errors.js';
import { judgeSettingsOf } from '../../rollout/live/judge-settings.js';
import { falseAlarmsOfFile, renderFalseAlarms } from '../judge/false-alarms-of-file.js';
import type { JudgeOptions } from '../judge/judge-options.js';
import { renderReplay, replayFile } from '../judge/replay-file.js';
import { simulate } from '../judge/simulate.js';
import { RecordedOutput } from '../../observing/recorded/recorded-output.js';
import { print } from '../options.js';
import { readTextFile } from '../read-text-file.js';
import { renderSimulation } from '../render/simulation.js';
import { parseCount, parsePercentage } from '../units.js';

interface Options {
  readonly simulate?: string;
  readonly replay?: string;
  readonly aa?: string;
  readonly settings?: string;
  readonly file?: string;
  readonly weight?: number;
  readonly runs: number;
  readonly seed: number;
  readonly workers?: number;
  readonly output?: RecordedOutput;
  readonly json?: boolean;
}

/** serin judge */
export function judgeCommand(): Command {
  return new Command('judge')
    .description('See how the judge decides: on simulated, on recorded, and on harmless traffic.')
    .option(
      '--simulate <scenario>',
      'none, or regression=latency+20%, latencyx2, p99x3, errors=2%; several with commas',
    )
    .option('--replay <file>', 'JSON lines or CSV: time, arm, latency, outcome, output, weight')
    .option('--aa <file>', 'split recorded stable traffic in two: how often does it alarm?')
    .addOption(
      new Option('--output <kind>', 'what recorded outputs are (CSV: numbers are scores)').choices(
        Object.values(RecordedOutput),
      ),
    )
    .option('--settings <file>', 'YAML or JSON with alpha and checks')
    .option('--file <serin.yaml>', 'judge a recording by the checks and holds of this rollout file')
    .option('--weight <percent>', "the canary's share of traffic", parsePercentage)
    .option('--runs <number>', 'simulated rollouts, or splits', parseCount, 400)
    .option('--seed <number>', 'the same seed gives the same numbers', parseCount, 1)
    .option('--workers <number>', 'processes at once (default: all cores)', parseCount)
    .option('--json', 'answer for machines')
    .addHelpText(
      'after',
      '\nExample:\n  $ serin judge --simulate regression=latency+20%\n' +
        '  $ serin judge --replay requests.csv --file serin.yaml\n' +
        '  $ serin judge --aa requests.csv --weight 10',
    )
    .action(judge);
}

async function judge({ json, simulate: scenario, replay, aa, ...options }: Options): Promise<void> {
  const asked = [scenario, replay, aa].filter((value) => value !== undefined);
  if (asked.length !== 1) {
    throw new SerinError('usage', {
      expected: 'one of --simulate, --replay and --aa',
      found: asked.length === 0 ? 'none' : String(asked.length),
    });
  }
  const read = optionsOf(options);
  if (scenario !== undefined) {
    refuseOfRecordings(options);
    const found = await simulate(scenario, read);
    print(found, json, () => renderSimulation(found));
  } else if (replay !== undefined) {
    const found = await replayFile(replay, read);
    print(found, json, () => renderReplay(found));
  } else if (aa !== undefined) {
    const found = await falseAlarmsOfFile(aa, read);
    print(found, json, () => renderFalseAlarms(found, readJudgeSettings(read.settings).alpha));
  }
}

/** A wish that changes nothing must not look heard. */
function refuseOfRecordings({ weight, file, output }: Partial<Options>): void {
  const ramp = 'a simulated rollout has the weights 10, 25 and 50%';
  const refused = [
    [weight, '--weight', ramp],
    [file, '--file', ramp],
    [output, '--output', 'a simulated request has no output'],
  ] as const;
  for (const [given, option, why] of refused) {
    if (given === undefined) continue;
    const expected = `${option} with --replay or --aa: ${why}`;
    throw new SerinError('usage', { expected, found: `${option} with --simulate` });
  }
}

function optionsOf(options: Omit<Options, 'simulate' | 'replay' | 'aa' | 'json'>): JudgeOptions {
  const { weight, runs, seed, workers, output, settings, file } = options;
  if (weight !== undefined && !(weight > 0 && weight < 100)) {
    throw new SerinError('weight-out-of-range', {
      expected: 'more than 0 and less than 100, so that both arms have traffic',
      found: String(weight),
    });
  }
  if (settings !== undefined && file !== undefined) {
    throw new SerinError('usage', { expected: '--settings or --file', found: 'both' });
  }
  const wished =
    file !== undefined
      ? judgeSettingsOf(parseSerinYaml(readTextFile(file), file))
      : settings === undefined
        ? {}
        : settingsOf(settings);
  return { settings: wished, weight, runs, seed, workers, output };
}

function settingsOf(file: string): PartialJudgeSettings {
  let read: unknown;
  try {
    read = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new SerinError('usage', {
      expected: `settings in ${file}`,
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new SerinError('usage', {
      expected: `settings by name in ${file}`,
      found: JSON.stringify(read ?? null),
    });
  }
  // The judge checks every setting itself, and names the one that it refuses.
  return read;
}
