import { time } from '../../config/units.js';
import type { ClosedLoad, OpenLoad } from './plan.js';

const number = '[0-9]+(?:\\.[0-9]+)?';
const oneTime = time.pattern.slice(1, -1);

/** `200`, `200/s`, or a ramp: `100..1000`. */
export const rateForm = new RegExp(`^(${number})(?:\\.\\.(${number}))?(?:/s)?$`);

/** `1s`, or `500ms..2s`. */
export const thinkForm = new RegExp(`^(${oneTime})(?:\\.\\.(${oneTime}))?$`);

/** Reads a rate of arrivals; undefined where it is none, or where nothing would arrive. */
export function readRate(text: string): OpenLoad | undefined {
  const [, from, to = from] = rateForm.exec(text.trim()) ?? [];
  if (from === undefined || Number(from) + Number(to) <= 0) return undefined;
  return { kind: 'open', fromPerSecond: Number(from), toPerSecond: Number(to) };
}

/** Reads a think time, as the ends of what it is drawn from; undefined where it is none. */
export function readThink(text: string): ClosedLoad['thinkMs'] | undefined {
  const [, from, to = from] = thinkForm.exec(text.trim()) ?? [];
  if (from === undefined || to === undefined) return undefined;
  return { from: time.read(from), to: time.read(to) };
}
