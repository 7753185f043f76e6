import { writeInterval, writeQuantity } from '../../report/quantity.js';
import {
  countInWords,
  findingsOf,
  type CheckStatus,
  type Finding,
  type Measurement,
  type Report,
} from '../../report/report.js';
import type { Explain, Explained } from '../../report/explained.js';
import type { LoadTestResult } from '../results/load-test-result.js';
import { chartsOf } from './charts.js';
import { escapeHtml } from './escape-html.js';
import { pageStyle } from './page-style.js';

/**
 * A load test as one HTML file that needs nothing else: checks, findings, figures, charts. Codes lead
 * to their explanation where it has an address that opens from anywhere.
 */
export function loadTestHtml(report: Report, result: LoadTestResult, explain: Explain): string {
  const { subject, against, passed, startedAtMs, durationMs, facts } = report;
  const findings = findingsOf(report);
  const when = new Date(startedAtMs).toISOString().slice(0, 19).replace('T', ' ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Load test of ${escapeHtml(subject)}</title>`,
    `<style>${pageStyle}</style>`,
    '</head>',
    '<body>',
    `<h1>Load test of ${escapeHtml(subject)}</h1>`,
    ...(against === undefined ? [] : [`<p>against ${escapeHtml(against)} (stable)</p>`]),
    `<p class="quiet">${escapeHtml(String(facts['load']))}, ${when} UTC, ${(durationMs / 1000).toFixed(1)} s</p>`,
    `<p class="verdict ${passed ? 'passed' : 'failed'}">${passed ? 'Passed' : 'Failed'}: ${countInWords(findings)}</p>`,
    checksTable(report),
    ...(findings.length === 0
      ? []
      : [
          `<section>${findings.map((finding) => findingBlock(finding, explain(finding.code))).join('\n')}</section>`,
        ]),
    ...chartsOf(result),
    measurementTable(report.measurements),
    failureTable(result),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const signs: Readonly<Record<CheckStatus, string>> = {
  passed: '✓',
  warned: '!',
  failed: '✗',
  skipped: '–',
};

function checksTable({ checks }: Report): string {
  const rows = checks.map(
    ({ name, status, detail }) =>
      `<tr><td class="${status}" title="${status}">${signs[status]}</td><td class="name">${escapeHtml(name)}</td><td>${escapeHtml(detail)}</td></tr>`,
  );
  return `<section><table><tbody>\n${rows.join('\n')}\n</tbody></table></section>`;
}

function findingBlock(
  { code, severity, title, expected, found, advice }: Finding,
  { page, link }: Explained,
): string {
  const line = (name: string, text: string | undefined): string =>
    text === undefined ? '' : `<dt>${name}</dt><dd>${escapeHtml(text)}</dd>`;
  const see =
    link === undefined
      ? line('see', page)
      : `<dt>see</dt><dd><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></dd>`;
  return [
    `<div class="finding ${severity}">`,
    `<h3>${escapeHtml(title)} <code>${escapeHtml(code)}</code></h3>`,
    `<dl>${line('expected', expected)}${line('found', found)}${line('do', advice)}${see}</dl>`,
    '</div>',
  ].join('\n');
}

function measurementTable(measurements: readonly Measurement[]): string {
  if (measurements.length === 0) return '';
  const compared = measurements.some(({ stable }) => stable !== undefined);
  const cell = (text: string): string => `<td class="number">${escapeHtml(text)}</td>`;
  const rows = measurements.map(({ name, unit, value, stable, ratio }) => {
    const ofStable = compared
      ? cell(stable === undefined ? '' : writeQuantity(stable, unit)) +
        cell(ratio === undefined ? '' : writeInterval(ratio))
      : '';
    return `<tr><td>${escapeHtml(name)}</td>${cell(writeQuantity(value, unit))}${ofStable}</tr>`;
  });
  const head = ['target', ...(compared ? ['stable', 'ratio, 95% interval'] : [])];
  return [
    '<section><h2>Figures</h2><table>',
    `<thead><tr><th></th>${head.map((text) => `<th class="number">${text}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody>`,
    '</table></section>',
  ].join('\n');
}

function failureTable({ target, stable }: LoadTestResult): string {
  const failures = [target, ...(stable === null ? [] : [stable])].flatMap((one) =>
    one.failures.map((failure) => ({ ...failure, of: one.name })),
  );
  if (failures.length === 0) return '';
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const rows = failures.map(
    ({ of, kind, words, count, firstMs, lastMs }) =>
      `<tr><td class="number">${count}</td><td>${kind}</td><td>${escapeHtml(words)}</td>` +
      `<td class="number">${seconds(firstMs)}</td><td class="number">${seconds(lastMs)}</td>` +
      `${stable === null ? '' : `<td>${escapeHtml(of)}</td>`}</tr>`,
  );
  return [
    '<section><h2>Failures</h2><table>',
    `<thead><tr><th class="number">requests</th><th>kind</th><th>what was said</th><th class="number">first</th><th class="number">last</th>${stable === null ? '' : '<th>of</th>'}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody>`,
    '</table></section>',
  ].join('\n');
}
