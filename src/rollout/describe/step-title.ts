import { gateName } from '../strategy/gate.js';
import type { Step } from '../strategy/step.js';

/** A step in a word or two, for a line of steps: `25%`, `shadow`. */
export function stepTitle(step: Step): string {
  switch (step.kind) {
    case 'shadow':
      return 'shadow';
    case 'weight':
      return `${step.weight}%`;
    case 'pause':
      return 'pause';
    case 'gate':
      return `gate ${gateName(step.gate)}`;
  }
}
