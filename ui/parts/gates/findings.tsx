import type { FindingBody, ReportBody } from '../../../src/api/contract/report.js';
import { Badge } from '../badge.js';
import type { Tone } from '../../words/words.js';

const toneOf: Readonly<Record<FindingBody['severity'], Tone>> = {
  error: 'bad',
  warning: 'wait',
  info: 'quiet',
};

/** What a gate found, the gravest first; and everything that it looked at. */
export function Findings({ report }: { readonly report: ReportBody }) {
  const { checks, gate } = report;
  const findings = checks.flatMap((check) => check.findings);
  const grave = findings.filter(({ severity }) => severity !== 'info');
  return (
    <>
      {grave.length === 0 ? null : (
        <ul class="findings">
          {(['error', 'warning'] as const).flatMap((wanted) =>
            grave
              .filter(({ severity }) => severity === wanted)
              .map((finding, i) => (
                <Found key={`${finding.code} ${i}`} gate={gate} finding={finding} />
              )),
          )}
        </ul>
      )}
      <details class="checks">
        <summary>
          {checks.length === 1 ? 'What was looked at' : `All ${checks.length} checks`}
        </summary>
        <dl>
          {checks.map(({ name, status, detail }) => (
            <div key={name}>
              <dt class="name">
                {name} <Badge tone={statusTone[status]}>{status}</Badge>
              </dt>
              <dd class="words">{detail}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

const statusTone: Readonly<Record<ReportBody['checks'][number]['status'], Tone>> = {
  passed: 'good',
  warned: 'wait',
  failed: 'bad',
  skipped: 'quiet',
};

function Found({ gate, finding }: { readonly gate: string; readonly finding: FindingBody }) {
  const { severity, title, expected, advice, code } = finding;
  // Some are whole sentences.
  const found = finding.found?.replace(/\.$/, '') ?? null;
  return (
    <li>
      <Badge tone={toneOf[severity]}>{severity}</Badge> <strong>{title}</strong>
      <p class="words">
        {expected === null ? null : `Expected ${expected}`}
        {found === null ? null : `${expected === null ? 'Found' : '; found'} ${found}`}
        {expected === null && found === null ? null : '. '}
        {advice}{' '}
        <a href={`./docs/${gate}#${code}`}>
          <code>{code}</code>
        </a>
      </p>
    </li>
  );
}
