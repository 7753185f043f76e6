import type { VersionReports } from '../../../src/api/contract/report.js';
import { addressOf } from '../../data/address.js';
import { Badge } from '../../parts/badge.js';
import { Findings } from '../../parts/gates/findings.js';
import { moment } from '../../words/format.js';

/** A report that a rollout's gate left behind. */
export function KnownReport({ known }: { readonly known: VersionReports['reports'][number] }) {
  const { report, rollout, address, other_file: isOtherFile } = known;
  const { gate, passed, against, started_at: at } = report;
  return (
    <li>
      <Badge tone={passed ? 'good' : 'bad'}>{passed ? 'passed' : 'failed'}</Badge>{' '}
      <strong>{gate}</strong>
      <p class="note words">
        {moment(at)}
        {against === null ? '' : `, against ${against}`}, in{' '}
        <a href={addressOf(['rollouts', rollout])}>its rollout</a>;{' '}
        <a href={`.${address}?format=markdown`}>whole report</a>
      </p>
      {isOtherFile ? (
        <p class="note wait-words">This version had another file then: its digest has changed.</p>
      ) : null}
      <Findings report={report} />
    </li>
  );
}
