import { replay, type Replayed } from '../../analysis/replay/replay.js';
import { readRecorded } from '../../observing/recorded/read-recorded.js';
import { renderChart } from '../render/chart.js';
import { renderTable } from '../render/table.js';
import { settingsFor, type JudgeOptions } from './judge-options.js';

/** Judges a recording as it would have been judged live. */
export async function replayFile(file: string, options: JudgeOptions): Promise<Replayed> {
  const recorded = await readRecorded(file, options.output);
  const canary = recorded.filter(({ observation }) => observation.arm === 'canary').length;
  // Where the recording does not say what share was meant, what was seen is the best guess.
  const share = options.weight === undefined ? canary / recorded.length : options.weight / 100;
  return replay(recorded, { settings: settingsFor(recorded, options), share });
}

export function renderReplay({ verdict, crossings, looks, requests, steps }: Replayed): string {
  const rows = crossings.map(({ what, check, atMs, requests: after, sentence }) => [
    String(after),
    new Date(atMs).toISOString(),
    what,
    check ?? 'all',
    sentence,
  ]);
  const chart = renderChart(
    [{ name: 'meter', mark: '•', points: looks.map((look) => [look.requests, look.meter]) }],
    {
      width: 64,
      height: 13,
      yMin: -100,
      yMax: 100,
      formatX: (x) => `${x.toFixed(0)} requests`,
      formatY: (y) => y.toFixed(0),
    },
  );
  return [
    `${requests} requests in ${steps === 1 ? 'one step' : `${steps} steps`}`,
    '',
    ...(chart === '' ? [] : ['Meter, from −100 (roll back) to +100 (promote):', chart, '']),
    rows.length === 0
      ? 'No line was crossed.'
      : renderTable(['after', 'at', 'crossed', 'check', ''], rows),
    '',
    verdict.sentence,
    ...verdict.evidence.map(({ sentence }) => `  ${sentence}`),
  ].join('\n');
}
