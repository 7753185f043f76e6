import type { Static } from 'typebox';
import { describeStrategy } from '../../config/describe-strategy.js';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import type { Problem } from '../../config/problem.js';
import { toSerinError } from '../../domain/errors.js';
import { gateName } from '../../rollout/strategy/gate.js';
import type { CheckRolloutRequest, RolloutPreview } from '../contract/rollout-requests.js';
import { plannedStep } from './body.js';

/** What a rollout file would do, or what is wrong with it. */
export function previewOf(asked: Static<typeof CheckRolloutRequest>): RolloutPreview {
  const { yaml, file = 'serin.yaml', requests_per_second: traffic } = asked;
  try {
    const strategy = parseSerinYaml(yaml, file);
    const { sentences, warnings, atLeastMs, atMostMs } = describeStrategy(strategy, traffic);
    return {
      valid: true,
      problems: [],
      sentences: [...sentences],
      warnings: [...warnings],
      gates: strategy.gates.map(gateName),
      steps: strategy.steps.map(plannedStep),
      at_least_ms: atLeastMs,
      at_most_ms: atMostMs,
    };
  } catch (thrown) {
    const error = toSerinError(thrown);
    if (error.code !== 'config-invalid') throw error;
    return { ...nothing, problems: problemsOf(error.words.fields?.['problems'], error.message) };
  }
}

const nothing = {
  valid: false,
  sentences: [],
  warnings: [],
  gates: [],
  steps: [],
  at_least_ms: null,
  at_most_ms: null,
} satisfies Partial<RolloutPreview>;

function problemsOf(problems: unknown, otherwise: string): RolloutPreview['problems'] {
  if (!Array.isArray(problems)) return [{ line: null, column: null, message: otherwise }];
  return (problems as readonly Problem[]).map(({ line, column, message }) => ({
    line,
    column,
    message,
  }));
}
