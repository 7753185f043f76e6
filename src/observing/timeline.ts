import type { CheckName, Estimate } from '../domain/evidence.js';
import type { ArmBeat } from './arm-pulse.js';

/** What was to be seen of a rollout in a stretch of time, and what the judge said at its end. */
export interface Point {
  /** The end of the stretch, in milliseconds since 1970. */
  readonly atMs: number;
  readonly forMs: number;
  readonly step: number;
  /** Percent of the traffic. */
  readonly weight: number;
  readonly stable: ArmBeat;
  readonly canary: ArmBeat;
  readonly verdict: string;
  readonly meter: number;
  readonly harmLogE: number;
  readonly checks: readonly PointCheck[];
}

export interface PointCheck {
  readonly check: CheckName;
  readonly estimate: Estimate | undefined;
  readonly harmLogE: number;
  readonly safeLogE: number | undefined;
}

/** Kept at most; enough for a chart as wide as a screen. */
const mostPoints = 720;

/**
 * A rollout's points, the whole of it, however long it takes: when there are too many, each two
 * neighbours become one, which is twice as long.
 */
export class Timeline {
  #points: Point[];
  #pending: Point | undefined;
  /** How many points of the shortest kind become one. */
  #stretch: number;
  #gathered = 0;

  constructor(points: readonly Point[] = []) {
    this.#points = [...points];
    const shortest = Math.min(...points.map(({ forMs }) => forMs), Infinity);
    this.#stretch = Number.isFinite(shortest) ? Math.max(1, Math.round(shortest / 1_000)) : 1;
  }

  /** All points, the oldest first. */
  get points(): readonly Point[] {
    return this.#pending === undefined ? this.#points : [...this.#points, this.#pending];
  }

  add(point: Point): void {
    this.#pending = this.#pending === undefined ? point : merged(this.#pending, point);
    this.#gathered++;
    if (this.#gathered < this.#stretch) return;
    this.#points.push(this.#pending);
    this.#pending = undefined;
    this.#gathered = 0;
    if (this.#points.length < mostPoints) return;
    this.#points = pairs(this.#points);
    this.#stretch *= 2;
  }
}

function pairs(points: readonly Point[]): Point[] {
  const halved: Point[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [one, other] = [points[i], points[i + 1]];
    if (one !== undefined) halved.push(other === undefined ? one : merged(one, other));
  }
  return halved;
}

/** The judge's words are those of the end; what was counted is added up. */
function merged(one: Point, other: Point): Point {
  return {
    ...other,
    forMs: other.atMs - one.atMs + one.forMs,
    stable: mergedBeat(one.stable, other.stable),
    canary: mergedBeat(one.canary, other.canary),
  };
}

/** Quantiles cannot be added: the median is weighted by requests, the tails keep the larger one. */
function mergedBeat(one: ArmBeat, other: ArmBeat): ArmBeat {
  return {
    requests: one.requests + other.requests,
    errors: one.errors + other.errors,
    p50Ms: weighted(one, other),
    p95Ms: larger(one.p95Ms, other.p95Ms),
    p99Ms: larger(one.p99Ms, other.p99Ms),
  };
}

function weighted(one: ArmBeat, other: ArmBeat): number | undefined {
  if (one.p50Ms === undefined) return other.p50Ms;
  if (other.p50Ms === undefined) return one.p50Ms;
  const total = one.requests + other.requests;
  return (one.p50Ms * one.requests + other.p50Ms * other.requests) / total;
}

function larger(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : Math.max(one, other ?? one);
}
