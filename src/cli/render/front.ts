import type { FrontStatus } from '../../api/contract/front.js';
import { formatNumber, formatShare } from './quantities.js';

/**
 * NGINX in front of a model's arms, in the page's words: what it is, what it was told and does, what
 * was read of its log, and what is wrong. Pure.
 * @param weight percent that the canary is meant to have
 */
export function renderFront(front: FrontStatus, weight: number): string[] {
  return [
    titleOf(front),
    ...(front.version === null ? [] : [sharesOf(front, weight), readOf(front)]),
    ...(front.version === null || front.problem === null ? [] : [front.problem]),
    ...front.findings
      .filter(({ verdict }) => verdict === 'harm' || verdict === 'unmeasurable')
      .map(({ source, sentence }) => `${source}: ${sentence}`),
  ];
}

function titleOf({ version, mode, why_mode: why, listen, problem }: FrontStatus): string {
  const where = listen.length === 0 ? '' : ` on ${listen.join(', ')}`;
  if (version === null) return `NGINX does not serve${where}: ${problem ?? 'it is not there'}`;
  const how = mode === null ? '' : `, mode ${mode}${why === null ? '' : ` ${why}`}`;
  return `NGINX ${version}${where}${how}`;
}

function sharesOf({ weight_in_force: inForce, split_seen: seen }: FrontStatus, weight: number) {
  return [
    `weight in force ${inForce === null ? 'not known' : percent(inForce)}`,
    `meant to be ${percent(weight)}`,
    `split seen ${seen === null ? 'not measured' : percent(seen)}`,
  ].join(', ');
}

function readOf({ observed, lost, not_measured: unseen }: FrontStatus): string {
  const share = observed + lost === 0 ? '' : ` (${formatShare(lost, observed + lost)} of all)`;
  const silent = unseen.length === 0 ? '' : `; not measured: ${unseen.join(', ')}`;
  return `${observed} requests read, ${lost} lost${share}${silent}`;
}

function percent(value: number): string {
  return `${formatNumber(value)}%`;
}
