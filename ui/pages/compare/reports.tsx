import type { ReportBody, VersionReports } from '../../../src/api/contract/report.js';
import type { VersionBody } from '../../../src/api/contract/versions.js';
import { useGateTrial } from '../../data/use-gate-trial.js';
import { useLoaded } from '../../data/use-loaded.js';
import { Notice } from '../../parts/notice.js';
import { TriedGates } from '../../parts/gates/tried-gates.js';
import { rolloutFile } from '../start/templates.js';
import type { BothVersions } from './both-versions.js';
import { KnownReport } from './known-report.js';
import { Measurements } from './measurements.js';

/** The gates whose reports two versions are compared by. */
const gates = ['validate', 'loadtest', 'smoke'] as const;

/** What gates said of both versions: in their rollouts, and now, where somebody asks. */
export function Reports({ model, left, right }: BothVersions) {
  const ofLeft = useReports({ model, stable: right, canary: left });
  const ofRight = useReports({ model, stable: left, canary: right });
  return (
    <section class="card" aria-label="Reports of gates">
      <h2>Validation, load test, smoke test</h2>
      <div class="both">
        <OneVersion {...ofLeft} />
        <OneVersion {...ofRight} />
      </div>
      <Measurements
        left={{ name: left.version, reports: ofLeft.newest }}
        right={{ name: right.version, reports: ofRight.newest }}
      />
    </section>
  );
}

interface Examined {
  readonly model: string;
  /** What it is compared with. */
  readonly stable: VersionBody;
  readonly canary: VersionBody;
}

function useReports(examined: Examined) {
  const { model, stable, canary } = examined;
  const path = `api/v1/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(canary.version)}/reports`;
  const { value, problem } = useLoaded<VersionReports>(path).value;
  const { trial, start, stop } = useGateTrial(`${stable.version} ${canary.version}`);
  const tried = trial.value.gates.flatMap(({ report }) => report ?? []);
  const known = value?.reports ?? [];
  // Of a gate that was tried just now, that is the newest report.
  const others = known.filter(({ report }) => tried.every(({ gate }) => gate !== report.gate));
  const newest: readonly ReportBody[] = [...others.map(({ report }) => report), ...tried];
  const isLoaded = value !== undefined;
  return { examined, others, isLoaded, problem, trial: trial.value, start, stop, newest };
}

function OneVersion({
  examined: { model, stable, canary },
  others,
  isLoaded,
  problem,
  trial,
  start,
  stop,
}: ReturnType<typeof useReports>) {
  const run = (): void => {
    const versions = { model, stable: stable.version, canary: canary.version };
    const body = `gates: [${gates.join(', ')}]\nsteps: [{ weight: 10 }]\n`;
    start(rolloutFile(versions, { body }));
  };
  const areFiles = stable.kind === 'onnx' && canary.kind === 'onnx';
  return (
    <section aria-label={`Reports of version ${canary.version}`}>
      <div class="section-head">
        <h3 class="name">Version {canary.version}</h3>
        {trial.isRunning ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button type="button" disabled={!areFiles} onClick={run}>
            Examine it now
          </button>
        )}
      </div>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      <TriedGates trial={trial} />
      <ul class="gates">
        {others.map((one) => (
          <KnownReport key={one.report.gate} known={one} />
        ))}
      </ul>
      {isLoaded && others.length === 0 && trial.gates.length === 0 ? (
        <p class="note words">
          No rollout of this version had gates yet. Examine it now: validate, load test and smoke
          test against version {stable.version}, in processes of their own, without a user noticing;
          about half a minute.
        </p>
      ) : null}
    </section>
  );
}
