import { SerinError } from '../../domain/errors.js';
import { harmlessScenario, type Scenario } from './scenario.js';

const forms = 'none, latency+20%, latencyx2, p99x3, errors=2%, load, bursts, correlated';

/**
 * Reads what is wrong with a simulated canary: `none`, or `regression=` and one or more of
 * `latency+20%`, `latencyx2`, `p99x3`, `errors=2%`; `load`, `bursts` and `correlated` make the
 * traffic of both arms harder to judge.
 * @throws SerinError `usage`
 */
export function parseScenario(text: string): Scenario {
  const parts = text
    .replace(/^regression=/, '')
    .split(',')
    .map((part) => part.trim());
  return parts.reduce<Scenario>((scenario, part) => ({ ...scenario, ...changeOf(part) }), {
    ...harmlessScenario,
    name: text,
  });
}

/** The same traffic without what is wrong with the canary. */
export function harmlessTwin(scenario: Scenario): Scenario {
  const { latencyFactor, tailFactor, canaryErrors } = harmlessScenario;
  return { ...scenario, name: 'harmless', latencyFactor, tailFactor, canaryErrors };
}

/** Whether nothing is wrong with the canary. */
export function isHarmless(scenario: Scenario): boolean {
  const { latencyFactor, tailFactor, stableErrors, canaryErrors } = scenario;
  return latencyFactor === 1 && tailFactor === 1 && canaryErrors === stableErrors;
}

function changeOf(part: string): Partial<Scenario> {
  if (part === 'none') return {};
  if (part === 'load') return { load: true };
  if (part === 'bursts') return { errorRun: 1.65 };
  if (part === 'correlated') return { autocorrelation: 0.5 };
  const slower = numberIn(part, /^latency\+([\d.]+)%$/);
  if (slower !== undefined) return { latencyFactor: 1 + slower / 100 };
  const times = numberIn(part, /^latency[x×]([\d.]+)$/);
  if (times !== undefined) return { latencyFactor: times };
  const tail = numberIn(part, /^p99[x×]([\d.]+)$/);
  if (tail !== undefined) return { tailFactor: tail };
  const errors = numberIn(part, /^errors=([\d.]+)%$/);
  if (errors !== undefined && errors <= 100) return { canaryErrors: errors / 100 };
  throw new SerinError('usage', { expected: `a scenario: ${forms}`, found: JSON.stringify(part) });
}

function numberIn(part: string, form: RegExp): number | undefined {
  const number = Number(form.exec(part)?.[1]);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}
