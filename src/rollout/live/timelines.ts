import { toSerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { Verdict } from '../../domain/verdict.js';
import type { Comparison } from '../../observing/comparison.js';
import type { Comparisons } from '../../observing/comparisons.js';
import { Timeline, type Point } from '../../observing/timeline.js';
import type { Timelines } from '../../store/timelines.js';
import type { Deployments } from '../deployments.js';
import type { LiveJudging, LookListener, Measured } from './judging.js';

export interface RolloutTimelinesOptions {
  readonly deployments: Pick<Deployments, 'model'>;
  readonly comparisons: Comparisons;
  readonly judging: LiveJudging;
  readonly store: Timelines;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export type PointListener = (rollout: RolloutId, point: Point) => void;

/** What rollouts looked like over time: kept while they go on, stored for when they are over. */
export class RolloutTimelines {
  readonly #timelines = new Map<RolloutId, Timeline>();
  readonly #unsaved = new Set<RolloutId>();
  readonly #listeners = new Set<PointListener>();
  #lookedAtMs: number | undefined;

  constructor(private readonly options: RolloutTimelinesOptions) {}

  /**
   * A look at everything that is measured.
   * @param nowMs milliseconds since 1970
   * @returns what takes a point for each verdict of this look
   */
  look(nowMs: number): LookListener {
    const forMs = nowMs - (this.#lookedAtMs ?? nowMs - 1_000);
    this.#lookedAtMs = nowMs;
    return (measured, verdict) => this.#add(measured, verdict, nowMs, forMs);
  }

  /** A rollout's points, the oldest first. @throws SerinError `store-failed` */
  of(rollout: RolloutId): readonly Point[] {
    return (this.#timelines.get(rollout) ?? this.#read(rollout)).points;
  }

  /** Is told of every point. @returns what ends it */
  onPoint(listener: PointListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Stores what is new, and forgets the rollouts that are not measured any more.
   * @param most rollouts whose points are stored now, those that have waited longest: the points of
   *   a thousand take longer to write than anybody should be kept waiting
   */
  save(most = Infinity): void {
    const due = [...this.#unsaved].slice(0, most);
    const texts = due.map(
      (id) => [id, JSON.stringify(this.#timelines.get(id)?.points ?? [])] as const,
    );
    if (!this.#isStored(due, () => this.options.store.saveAll(new Map(texts)))) return;
    for (const rollout of due) this.#unsaved.delete(rollout);
    const measured = new Set(this.options.judging.measured().map(({ of }) => of.rolloutId));
    for (const rollout of this.#timelines.keys()) {
      if (!measured.has(rollout) && !this.#unsaved.has(rollout)) this.#timelines.delete(rollout);
    }
  }

  /**
   * Keeps what a rollout looked like when it was last measured.
   * @returns whether it could be stored; where not, a person was warned
   */
  keepLastLook(rollout: RolloutId, look: string): boolean {
    return this.#isStored([rollout], () => this.options.store.saveLastLook(rollout, look));
  }

  /** @throws SerinError `store-failed` */
  lastLook(rollout: RolloutId): string | undefined {
    return this.options.store.readLastLook(rollout);
  }

  /** Takes over the points of a rollout that another server ran. @throws SerinError `store-failed` */
  import(rollout: RolloutId, points: readonly Point[]): void {
    this.options.store.save(rollout, JSON.stringify(points));
  }

  #add(measured: Measured, verdict: Verdict, nowMs: number, forMs: number): void {
    const { deployments, comparisons } = this.options;
    const { rolloutId, strategy } = measured.of;
    const comparison = comparisons.of(deployments.model(strategy.model));
    if (comparison === undefined) return;
    const point = pointOf(measured, comparison, verdict, nowMs, forMs);
    const timeline = this.#timelines.get(rolloutId) ?? this.#read(rolloutId);
    this.#timelines.set(rolloutId, timeline);
    timeline.add(point);
    this.#unsaved.add(rolloutId);
    for (const listener of this.#listeners) listener(rolloutId, point);
  }

  #read(rollout: RolloutId): Timeline {
    const stored = this.options.store.read(rollout);
    // Written by `save`.
    return new Timeline(stored === undefined ? [] : (JSON.parse(stored) as Point[]));
  }

  #isStored(rollouts: readonly RolloutId[], store: () => void): boolean {
    if (rollouts.length === 0) return true;
    try {
      store();
      return true;
    } catch (thrown) {
      const words = toSerinError(thrown).toBody();
      this.options.warn('what a rollout looked like could not be stored', { rollouts, ...words });
      return false;
    }
  }
}

function pointOf(
  { stretch }: Measured,
  { stable, canary }: Comparison,
  verdict: Verdict,
  atMs: number,
  forMs: number,
): Point {
  return {
    atMs,
    forMs,
    step: stretch.step,
    weight: stretch.weight,
    stable: stable.pulse.beat(),
    canary: canary.pulse.beat(),
    verdict: verdict.kind,
    meter: verdict.meter,
    harmLogE: verdict.harmLogE,
    checks: verdict.evidence.map(({ check, estimate, harmLogE, safeLogE }) => ({
      check,
      estimate,
      harmLogE,
      safeLogE,
    })),
  };
}
