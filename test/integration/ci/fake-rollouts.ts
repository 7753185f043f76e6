import type { RolloutSummary } from '../../../src/api/contract/rollouts.js';
import type { RolloutServer } from '../../../src/ci/ports.js';
import { sampleRollout } from '../../cli/sample-rollout.js';

interface Told {
  readonly id: string;
  readonly yaml: string;
  readonly why: string;
  outcome: RolloutSummary['outcome'];
}

/** A fake of a Serin server: a rollout ends as the test says. */
export class FakeRollouts implements RolloutServer {
  readonly url = 'http://serin.example';
  /** The newest first. */
  readonly started: Told[] = [];
  /** How the next one ends. */
  ending: RolloutSummary['outcome'] = 'promoted';
  /** Called when somebody waits for the end. */
  onFollow: () => void = () => undefined;

  /** Called when somebody asks which one was promoted last. */
  onNewest: () => void = () => undefined;

  start(yaml: string, _file: string, why: string): Promise<string> {
    const id = `r-${this.started.length + 1}`;
    this.started.unshift({ id, yaml, why, outcome: null });
    return Promise.resolve(id);
  }

  show(id: string): Promise<RolloutSummary | undefined> {
    const found = this.started.find((one) => one.id === id);
    return Promise.resolve(found === undefined ? undefined : summaryOf(found));
  }

  underWay(): Promise<{ readonly id: string; readonly why: string } | undefined> {
    return Promise.resolve(this.started.find(({ outcome }) => outcome === null));
  }

  newestPromoted(): Promise<string | undefined> {
    this.onNewest();
    return Promise.resolve(this.started.find(({ outcome }) => outcome === 'promoted')?.id);
  }

  follow(id: string, signal: AbortSignal): Promise<RolloutSummary> {
    this.onFollow();
    signal.throwIfAborted();
    const found = this.started.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no rollout ${id}`);
    found.outcome ??= this.ending;
    return Promise.resolve(summaryOf(found));
  }
}

function summaryOf({ id, yaml, outcome }: Told): RolloutSummary {
  const [, canary = ''] = /image: (\S+@\S+)/.exec(yaml) ?? [];
  return sampleRollout({ id, canary, outcome, sentence: `It is ${outcome ?? 'waiting'}.` });
}
