import type { RolloutId } from '../../src/domain/rollout-id.js';
import { toPercent } from '../../src/domain/share.js';
import { gateStep, pauseStep, shadowStep, weightStep } from './strategies.js';
import { ada, ToldRollout } from './told.js';

const notify = [
  { kind: 'webhook', url: 'https://example.com/hook', on: ['promoted', 'rolled-back', 'paused'] },
] as const;

/**
 * How the recorded histories came about. They are written once, by the Serin of their time, and
 * never again: RECORD_HISTORIES=1 writes those that are missing.
 */
export const recordings: Readonly<Record<string, () => ToldRollout>> = {
  'good-canary-promoted': () => new ToldRollout({ notify }).toStep(5).promoted(),

  'shadow-gate-pause-promoted': () => {
    const steps = [shadowStep, pauseStep, weightStep(10), gateStep, weightStep(50)];
    const gates = [{ kind: 'built-in', name: 'validate', timeoutMs: 300_000 }] as const;
    const rollout = new ToldRollout({ steps, gates, notify }).ready().gate('passed');
    rollout
      .wait(30_000)
      .judged('undecided')
      .wait(5_000)
      .tell({ type: 'resume-requested', ...ada });
    rollout.serve('undecided').gate('passed').serve('safe').promoted();
    return rollout.wait(3_600_000).tell({ type: 'tick' });
  },

  'harm-rolled-back-and-retried': () => {
    const rollout = new ToldRollout({ notify }).toStep(2).applied().wait(12_000);
    rollout.judged('undecided', { leansToHarm: true }).wait(7_000).judged('harm').applied();
    rollout
      .wait(60_000)
      .tell({ type: 'retry-requested', ...ada })
      .ready()
      .applied();
    const { entry } = rollout.state;
    const reason = 'The canary answered with a number that is not finite.';
    rollout.tell({ type: 'fast-failed', entry, rule: 'non-finite-output', reason });
    return rollout.applied();
  },

  'person-sets-weight-late-roll-back': () => {
    const rollout = new ToldRollout().toStep(1).applied();
    rollout.tell({ type: 'weight-requested', weight: toPercent(37.5), ...ada }).applied();
    rollout.tell({ type: 'weights-drifted', observed: toPercent(50) }).applied();
    rollout.tell({ type: 'resume-requested', ...ada }).applied();
    rollout.tell({ type: 'advance-requested', fromStep: 1, ...ada }).applied();
    rollout.tell({ type: 'pause-requested', ...ada });
    rollout
      .tell({ type: 'promote-requested', ...ada })
      .promoted()
      .wait(600_000);
    return rollout.tell({ type: 'roll-back-requested', ...ada }).promoted();
  },

  'undecided-holdback-aborted': () => {
    const steps = [weightStep(10, { onUndecided: 'promote' }), weightStep(50)];
    const holdback = { percent: toPercent(5), forMs: 3_600_000 };
    const rollout = new ToldRollout({ steps, holdback }).ready().applied().judged('undecided');
    rollout.wait(900_000).tell({ type: 'tick' });
    const effect = rollout.latest('set-weights').id;
    rollout.tell({ type: 'effect-failed', effect, reason: 'reload failed' }).applied();
    rollout
      .tell({ type: 'resume-requested', ...ada })
      .serve('undecided')
      .serve('safe')
      .applied();
    return rollout.tell({ type: 'abort-requested', ...ada }).applied();
  },

  'gate-failed-retried-superseded': () => {
    const rollout = new ToldRollout({ steps: [weightStep(10), gateStep, weightStep(50)] });
    rollout.ready().serve('undecided').gate('failed').applied().wait(60_000);
    rollout
      .tell({ type: 'retry-requested', ...ada })
      .ready()
      .serve('undecided')
      .gate('passed')
      .serve('safe')
      .promoted();
    return rollout.wait(600_000).tell({ type: 'superseded', newer: 'r2' as RolloutId });
  },

  'canary-that-never-loaded': () => {
    const rollout = new ToldRollout();
    const effect = rollout.latest('load-canary').id;
    return rollout.tell({
      type: 'canary-failed-to-load',
      effect,
      reason: 'ONNX Runtime: opset 99 is not supported',
    });
  },
};
