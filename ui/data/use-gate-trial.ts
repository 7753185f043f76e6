import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { TrialProblem, TriedGateBody } from '../../src/api/contract/gate-trial.js';
import { tellByLines, wordsOf } from './ask.js';

/** Gates that are tried before a rollout, as far as they are. */
export interface GateTrial {
  /** In the order of the file; empty before the first try. */
  readonly gates: readonly TriedGateBody[];
  readonly isRunning: boolean;
  readonly problem: string | undefined;
}

const nothingTried: GateTrial = { gates: [], isRunning: false, problem: undefined };

/**
 * Tries the gates of a rollout file. Who leaves the page, or stops, ends it on the server, too.
 * @param about what the gates are about; when it changes, what was found before is forgotten
 */
export function useGateTrial(about: string): {
  readonly trial: ReadonlySignal<GateTrial>;
  readonly start: (yaml: string) => void;
  readonly stop: () => void;
} {
  const trial = useSignal(nothingTried);
  const ending = useRef<AbortController | undefined>(undefined);
  const stop = (): void => {
    ending.current?.abort();
    ending.current = undefined;
  };
  const start = (yaml: string): void => {
    stop();
    const mine = new AbortController();
    ending.current = mine;
    const isMine = () => ending.current === mine;
    trial.value = { ...nothingTried, isRunning: true };
    const take = (sent: unknown): void => {
      const line = sent as TriedGateBody | TrialProblem;
      if (!isMine()) return;
      if ('problem' in line) trial.value = { ...trial.value, problem: line.problem };
      else trial.value = { ...trial.value, gates: put(trial.value.gates, line) };
    };
    tellByLines('api/v1/rollouts/try-gates', { yaml }, take, mine.signal)
      .catch((thrown: unknown) => {
        if (isMine()) trial.value = { ...trial.value, problem: wordsOf(thrown) };
      })
      .finally(() => {
        if (isMine()) trial.value = { ...trial.value, isRunning: false };
      });
  };
  useEffect(() => {
    trial.value = nothingTried;
    return stop;
  }, [about]);
  const stopAndSay = (): void => {
    stop();
    trial.value = { ...trial.value, isRunning: false, problem: 'Stopped.' };
  };
  return { trial, start, stop: stopAndSay };
}

function put(gates: readonly TriedGateBody[], changed: TriedGateBody): readonly TriedGateBody[] {
  const others = gates.filter(({ index }) => index !== changed.index);
  return [...others, changed].sort((a, b) => a.index - b.index);
}
