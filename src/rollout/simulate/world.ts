import { toPercent, type Percent } from '../../domain/share.js';

/** The two versions that a simulated rollout is about. */
type Loaded = 'old' | 'new';

/**
 * What is outside the controller, and outlives it: which version is stable, what is loaded, and what
 * the router gives the canary.
 */
export class World {
  stable: Loaded = 'old';
  readonly loaded: Record<Loaded, boolean> = { old: true, new: false };
  weight: Percent = toPercent(0);
  shadow: Percent = toPercent(0);
  /** Somebody else set the router's weight, and it was not told anything since. */
  meddledWith = false;

  /** The share of the traffic that the new version answers. */
  get shareOfNew(): number {
    return this.stable === 'new' ? 100 : this.weight;
  }

  setWeight(weight: Percent): void {
    this.weight = weight;
    this.meddledWith = false;
  }

  load(): void {
    this.loaded.new = true;
  }

  promote(which: 'canary' | 'previous'): void {
    this.stable = which === 'canary' ? 'new' : 'old';
    this.loaded[this.stable] = true;
    this.weight = toPercent(0);
    this.shadow = toPercent(0);
    this.meddledWith = false;
  }

  unload(which: 'canary' | 'previous'): void {
    this.loaded[which === 'canary' ? 'new' : 'old'] = false;
  }

  /** A server that serves in its own process forgets everything but which version is stable. */
  forget(): void {
    this.weight = toPercent(0);
    this.shadow = toPercent(0);
    this.meddledWith = false;
    this.loaded.old = this.stable === 'old';
    this.loaded.new = this.stable === 'new';
  }
}
