import type { RolloutBody } from '../../../api/contract/rollouts.js';
import type { Style } from '../paint.js';
import type { Look } from './look.js';

interface Sign {
  readonly mark: string;
  readonly style: Style;
}

const link = ' ─ ';
const more = '…';

/** All steps with where each stands; where they do not fit, those around the current one. Pure. */
export function renderSteps(rollout: RolloutBody, { columns, paint }: Look): string {
  const steps = rollout.plan.map((step) => {
    const { mark, style } = signOf(step.state, rollout.phase);
    return { text: `${mark} ${step.title}`, style };
  });
  const [from, to] = windowAround(rollout.step, steps, columns);
  const shown = steps.slice(from, to).map(({ text, style }) => paint(style, text));
  return [...(from > 0 ? [more] : []), ...shown, ...(to < steps.length ? [more] : [])].join(link);
}

function signOf(state: RolloutBody['plan'][number]['state'], phase: RolloutBody['phase']): Sign {
  switch (state) {
    case 'done':
      return { mark: '✓', style: 'green' };
    case 'coming':
      return { mark: '○', style: 'dim' };
    case 'current':
      return signOfCurrent(phase);
  }
}

function signOfCurrent(phase: RolloutBody['phase']): Sign {
  switch (phase) {
    case 'preparing':
    case 'shadowing':
    case 'progressing':
    case 'at-gate':
    case 'holding-back':
    case 'promoting':
      return { mark: '●', style: 'bold' };
    case 'paused':
      return { mark: '‖', style: 'yellow' };
    case 'promoted':
      return { mark: '✓', style: 'green' };
    case 'rolling-back':
    case 'rolled-back':
    case 'failed':
    case 'aborted':
      return { mark: '✗', style: 'red' };
  }
}

/** The steps that fit, the ones before and after the current one in turn. */
function windowAround(
  current: number,
  steps: readonly { readonly text: string }[],
  columns: number,
): [from: number, to: number] {
  const at = Math.min(Math.max(current, 0), Math.max(0, steps.length - 1));
  const widthOf = (index: number): number => (steps[index]?.text.length ?? 0) + link.length;
  let room = columns - widthOf(at) - 2 * (more.length + link.length);
  let [from, to] = [at, Math.min(steps.length, at + 1)];
  for (;;) {
    const before = from > 0 ? widthOf(from - 1) : Infinity;
    const after = to < steps.length ? widthOf(to) : Infinity;
    if (after <= room && to - at <= at - from) {
      room -= after;
      to += 1;
    } else if (before <= room) {
      room -= before;
      from -= 1;
    } else if (after <= room) {
      room -= after;
      to += 1;
    } else {
      return [from, to];
    }
  }
}
