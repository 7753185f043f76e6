import { SerinError, toSerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { timeLeft } from '../../rollout/describe/time-left.js';
import { isActive } from '../../rollout/machine/waiting.js';
import type { Rollout } from '../../rollout/machine/state.js';
import type { RolloutHead } from '../../store/event-log.js';
import type { ServerContext } from '../context.js';
import type {
  RolloutBody,
  RolloutList,
  RolloutListQuery,
  RolloutSummary,
} from '../contract/rollouts.js';
import { rolloutBody } from './body.js';
import { gatesOf } from './gates.js';
import { RolloutHistories, type Happening } from './histories.js';
import { LastLooks } from './last-looks.js';
import { measuredBody, nothingMeasured, type Measurement } from './measured.js';
import { summaryOf } from './summary.js';

/** Rollouts as the API tells them. */
export class RolloutView {
  readonly histories: RolloutHistories;
  readonly #lastLooks: LastLooks;

  constructor(private readonly context: ServerContext) {
    this.#lastLooks = new LastLooks(context);
    this.histories = new RolloutHistories(context.rollouts.controller);
  }

  /** @throws SerinError `rollout-not-found`, `rollout-log-invalid`, `store-failed` */
  async body(id: RolloutId): Promise<RolloutBody> {
    return this.bodyOf(await this.histories.of(id));
  }

  bodyOf(history: readonly [Happening, ...Happening[]]): RolloutBody {
    const [first] = history;
    const { after: rollout, sequence } = history.at(-1) ?? first;
    const { event } = first;
    const { clocks, rollouts } = this.context;
    const now = this.#measuredNow(rollout);
    return rolloutBody(rollout, {
      sequence,
      why: event.type === 'submitted' ? event.why : '',
      nowMs: clocks.wallMs(),
      measured:
        now !== undefined
          ? measuredBody(rollout.strategy, now)
          : ((isActive(rollout) ? undefined : this.#lastLooks.of(rollout)) ?? nothingMeasured),
      lastMeter: now === undefined ? rollouts.timelines.of(rollout.id).at(-1)?.meter : undefined,
      gates: gatesOf(rollout, history, this.#reportsOf(rollout)),
    });
  }

  /**
   * Rollouts in short, the newest first, page by page; one whose log cannot be read is left out, and warned of at start.
   * @throws SerinError `rollout-not-found` for a `before` that there is not
   */
  async list({ model, outcome, before, limit }: RolloutListQuery): Promise<RolloutList> {
    const heads = await this.context.rollouts.controller.list();
    const first =
      before === undefined ? 0 : 1 + heads.findIndex((head) => head.rolloutId === before);
    if (before !== undefined && first === 0) {
      throw new SerinError('rollout-not-found', { found: JSON.stringify(before.slice(0, 100)) });
    }
    const wanted = heads
      .slice(first)
      .filter((head) => model === undefined || head.model === model)
      .filter((head) => outcome === undefined || isOutcome(head, outcome));
    const page = wanted.slice(0, limit);
    const summaries = page.map(async ({ rolloutId }) => {
      const history = await this.histories.of(rolloutId);
      return this.summary((history.at(-1) ?? history[0]).after);
    });
    const settled = await Promise.allSettled(summaries);
    return {
      rollouts: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
      older: wanted.length > page.length ? (page.at(-1)?.rolloutId ?? null) : null,
    };
  }

  /** A rollout in short as it was at a sequence; undefined where its log cannot be read. */
  async summaryAt({ rolloutId, sequence }: RolloutHead): Promise<RolloutSummary | undefined> {
    try {
      const happening = (await this.histories.of(rolloutId))[sequence - 1];
      return happening === undefined ? undefined : this.summary(happening.after);
    } catch (thrown) {
      // Warned of at start, and left out of the list, too.
      if (toSerinError(thrown).code === 'rollout-log-invalid') return undefined;
      throw thrown;
    }
  }

  summary(rollout: Rollout): RolloutSummary {
    const verdict = this.#measuredNow(rollout)?.verdict;
    const nowMs = this.context.clocks.wallMs();
    return summaryOf(withReason(rollout, verdict?.sentence), {
      meter: verdict?.meter ?? null,
      left: timeLeft(rollout, nowMs, verdict?.step.canary),
    });
  }

  /** When the newest report of each gate was begun. */
  #reportsOf({ id, strategy }: Rollout): ReadonlyMap<string, number> {
    const asks = strategy.gates.some(({ kind }) => kind === 'built-in');
    return asks ? this.context.gateReports.begun(id) : new Map();
  }

  #measuredNow(rollout: Rollout): Measurement | undefined {
    const { rollouts, comparisons, deployments } = this.context;
    const measured = rollouts.judging.measured().find(({ of }) => of.rolloutId === rollout.id);
    if (measured === undefined || !isActive(rollout)) return undefined;
    const verdict = rollouts.judging.verdict(measured);
    const comparison = comparisons.of(deployments.model(rollout.strategy.model));
    return verdict === undefined || comparison === undefined ? undefined : { verdict, comparison };
  }
}

/** What the judge said when it last moved the rollout may be long ago: what it says now is told. */
function withReason(rollout: Rollout, reason: string | undefined): Rollout {
  const { judgement } = rollout;
  if (judgement === undefined || reason === undefined) return rollout;
  return { ...rollout, judgement: { ...judgement, reason } };
}

function isOutcome(
  { active, phase }: RolloutHead,
  outcome: NonNullable<RolloutListQuery['outcome']>,
): boolean {
  return outcome === 'going-on' ? active : !active && phase === outcome;
}
