import type { RouterCapabilities } from '../../domain/router-capabilities.js';
import type { Strategy } from './strategy.js';
import { weightSteps } from './weights.js';

/**
 * What of a strategy a router cannot do, in words; nothing when it can do all of it.
 */
export function whatRouterCannotDo(strategy: Strategy, router: RouterCapabilities): string[] {
  const { minimumWeight } = router;
  const shadows = strategy.steps.some(({ kind }) => kind === 'shadow');
  const { sticky, holdback } = strategy;
  const weights = [
    ...weightSteps(strategy).map(({ weight }) => weight),
    ...(holdback === undefined ? [] : [holdback.percent]),
  ];
  return [
    ...(shadows && !router.shadow ? ['shadow steps: it cannot copy requests'] : []),
    ...(sticky !== undefined && !router.sticky.includes(sticky.from)
      ? [`a sticky key from a ${sticky.from}`]
      : []),
    ...weights
      .filter((weight) => !isMultiple(weight, minimumWeight))
      .map((weight) => `${weight}%: it knows multiples of ${minimumWeight}%`),
  ];
}

function isMultiple(weight: number, of: number): boolean {
  const times = weight / of;
  return Math.abs(times - Math.round(times)) < 1e-6;
}
