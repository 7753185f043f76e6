import { painted, unpainted } from '../../render/paint.js';
import type { Display } from './display.js';
import { jsonLineDisplay } from './json-lines.js';
import { lineDisplay } from './lines.js';
import { liveDisplay } from './live.js';

export interface DisplayWishes {
  readonly json: boolean;
  /** A screen, where there is a terminal to draw it on. */
  readonly live: boolean;
}

/** The display that fits standard output, and what the person asked for. */
export function chooseDisplay({ json, live }: DisplayWishes): Display {
  const out = process.stdout;
  const write = (text: string): boolean => out.write(text);
  if (json) return jsonLineDisplay(write);
  const paint = out.isTTY && !wantsNoColour() ? painted : unpainted;
  return live && canDraw() ? liveDisplay(out, paint) : lineDisplay(write, paint);
}

/** A terminal that can move its cursor. */
function canDraw(): boolean {
  return process.stdout.isTTY && process.env['TERM'] !== 'dumb';
}

/** https://no-color.org: set, and not empty. */
function wantsNoColour(): boolean {
  return (process.env['NO_COLOR'] ?? '') !== '';
}
