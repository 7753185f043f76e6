import type { StageProgress } from '../../ci/ports.js';
import type { StageReport } from '../../ci/run-stages.js';
import type { StageName } from '../../ci/state/state.js';
import { progressShower } from '../loadtest/show-progress.js';
import { drawProgress, endProgress } from '../progress.js';
import { printable } from '../render/printable.js';

const signs: Readonly<Record<StageReport['status'], string>> = {
  passed: '✓',
  done: '=',
  failed: '✗',
  'not-run': '–',
};

/** Tells a person, or the log of a CI job, how the stages go: on standard error. */
export interface StageShower {
  readonly progress: StageProgress;
  readonly begin: (name: StageName) => void;
  readonly end: (report: StageReport) => void;
}

export function stageShower(): StageShower {
  const load = progressShower();
  const tell = (text: string): void => {
    endProgress();
    process.stderr.write(`${text}\n`);
  };
  return {
    begin: (name) => tell(`▸ ${name}`),
    end: ({ name, status, detail, durationMs }) => {
      load.end();
      const time = status === 'passed' || status === 'failed' ? `, ${seconds(durationMs)}` : '';
      tell(`${signs[status]} ${name}: ${status}${time}: ${printable(detail)}`);
    },
    progress: {
      say: (words, share) => {
        if (share === undefined) tell(`  ${printable(words)}`);
        else drawProgress(share, words);
      },
      load: load.show,
    },
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
