import type { ArmStatus, ModelStatus } from '../../api/contract/models.js';
import type { RolloutSummary } from '../../api/contract/rollouts.js';
import { renderFront } from './front.js';
import { renderMeter } from './meter.js';
import { printable } from './printable.js';
import { formatMs, formatNumber } from './quantities.js';
import { renderTable } from './table.js';

const header = ['', 'version', 'traffic', 'requests', 'errors', 'mean', 'p50', 'p99', 'state'];

/**
 * All models with their arms, and what their rollouts are doing, as text. Pure.
 * @param rollouts those that are in progress
 */
export function renderStatus(
  models: readonly ModelStatus[],
  rollouts: readonly RolloutSummary[],
): string {
  if (models.length === 0) return 'No model is served.';
  return models
    .map((model) =>
      renderModel(
        model,
        rollouts.find((rollout) => rollout.model === model.name),
      ),
    )
    .join('\n\n');
}

function renderModel(model: ModelStatus, rollout: RolloutSummary | undefined): string {
  const title = model.is_default ? `${model.name} (default)` : model.name;
  if (model.problem !== null) return `${title}: not served\n  ${model.problem}`;
  const weight = model.canary === null ? 0 : model.weight;
  const rows = [
    ...(model.stable === null ? [] : [row('stable', model.stable, 100 - weight)]),
    ...(model.canary === null ? [] : [row('canary', model.canary, weight)]),
  ];
  const notes = [
    ...(rollout === undefined
      ? []
      : [printable(rollout.sentence), `watch its rollout: serin rollout watch ${rollout.id}`]),
    ...(model.verdict === null
      ? []
      : [`${renderMeter(model.verdict.meter)}  ${model.verdict.sentence}`]),
    ...(model.front === null ? [] : renderFront(model.front, model.weight).map(printable)),
    ...(model.sticky === null ? [] : [`sticky by ${model.sticky}`]),
    ...(model.fallbacks === 0
      ? []
      : [`stable answered ${model.fallbacks} requests that the canary failed`]),
    ...(model.canary === null && model.versions.length > 1
      ? [
          `versions on disk: ${model.versions.join(', ')}; try one: serin deploy ${model.name}/VERSION`,
        ]
      : []),
  ];
  return [title, renderTable(header, rows), ...notes.map((note) => `  ${note}`)].join('\n');
}

function row(arm: string, status: ArmStatus, percent: number): string[] {
  return [
    `  ${arm}`,
    status.version,
    `${formatNumber(percent)}%`,
    String(status.requests),
    status.error_percent === null ? '–' : `${formatNumber(status.error_percent)}%`,
    formatMs(status.latency_ms.mean),
    formatMs(status.latency_ms.p50),
    formatMs(status.latency_ms.p99),
    status.process?.state ?? (status.ready ? 'ready' : 'not ready'),
  ];
}
