import type { ModelStatus } from '../../../src/api/contract/models.js';
import type { RolloutSummary } from '../../../src/api/contract/rollouts.js';
import { addressOf } from '../../data/address.js';
import { rollouts } from '../../data/rollouts.js';
import { Badge } from '../../parts/badge.js';
import { ArmsTable } from '../../parts/arms-table.js';
import { Explained } from '../../parts/explained.js';
import { Meter } from '../../parts/meter.js';
import { SplitBar } from '../../parts/split-bar.js';
import { count } from '../../words/format.js';

/** One model: which version is live, which is tried, and how both do. */
export function ModelCard({
  model,
  rollout,
  isAlone = false,
}: {
  readonly model: ModelStatus;
  /** The one that goes on. */
  readonly rollout: RolloutSummary | undefined;
  /** On the page of this model, whose head has its name. */
  readonly isAlone?: boolean;
}) {
  const { name, canary, stable, weight, problem, verdict, versions, fallbacks } = model;
  const others = versions.filter((version) => version !== stable?.version);
  return (
    <section class="card model" aria-label={name}>
      <h3>
        {isAlone ? 'Both arms' : <a href={addressOf(['models', name])}>{name}</a>}
        {model.is_default ? <Badge tone="quiet">default</Badge> : null}
        {problem === null && !model.ready ? <Badge tone="wait">not ready</Badge> : null}
      </h3>
      {problem === null ? (
        <>
          <SplitBar canaryPercent={canary === null ? 0 : weight} />
          <ArmsTable model={model} />
        </>
      ) : (
        <p class="bad-words words">Not served: {problem}</p>
      )}
      {verdict === null || rollout !== undefined ? null : (
        <div class="model-verdict">
          <Meter value={verdict.meter} small />
          <p class="words">{verdict.sentence}</p>
        </div>
      )}
      {fallbacks === 0 ? null : (
        <p class="note">
          <Explained of="fallbacks">{count(fallbacks)} requests</Explained> that a canary failed
          were answered by stable.
        </p>
      )}
      <p class="note words next">
        {problem !== null ? null : rollout !== undefined ? (
          <a href={addressOf(['rollouts', rollout.id])}>Watch its rollout</a>
        ) : rollouts.value === undefined ? null : canary !== null ? (
          `Version ${canary.version} was deployed by hand: serin promote ${name}, or serin rollback ${name}.`
        ) : others.length === 0 ? (
          'Only this version is in the repository.'
        ) : (
          <>
            Also here:{' '}
            {others.map((version, i) => (
              <span key={version}>
                {i > 0 ? ', ' : ''}
                <a href={addressOf(['start'], { model: name, canary: version })}>
                  version {version}
                </a>
              </span>
            ))}
          </>
        )}
      </p>
    </section>
  );
}
