import type { ArmNumbers, RolloutBody } from '../../../api/contract/rollouts.js';
import { formatMs, formatShare } from '../quantities.js';
import { renderTable } from '../table.js';

const header = ['', 'version', 'requests', 'errors', '', 'p50', 'p95', 'p99'];

/** Both arms side by side: requests, errors, latencies. Pure. */
export function renderArms({ arms, stable, canary }: RolloutBody): string[] {
  if (arms === null) return [];
  return renderTable(header, [
    row('stable', stable, arms.stable),
    row('canary', canary, arms.canary),
  ]).split('\n');
}

function row(arm: string, version: string, numbers: ArmNumbers): string[] {
  const { requests, errors, p50_ms: p50, p95_ms: p95, p99_ms: p99 } = numbers;
  return [
    arm,
    version,
    String(requests),
    String(errors),
    formatShare(errors, requests),
    formatMs(p50),
    formatMs(p95),
    formatMs(p99),
  ];
}
