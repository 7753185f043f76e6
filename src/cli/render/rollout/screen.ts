import type { RolloutEventBody } from '../../../api/contract/rollouts.js';
import { cutTo } from '../fit.js';
import { printable } from '../printable.js';
import { renderEvent } from './event-line.js';
import type { Look } from './look.js';
import { renderPredictions } from './predictions.js';
import { renderRollout, type Told } from './rollout.js';

/** What is known of a rollout that is watched. */
export interface Watched extends Told {
  /** The newest last. */
  readonly events: readonly RolloutEventBody[];
  /** Why nothing is heard of it now; absent while the server is there. */
  readonly silence?: string;
}

export interface Screen extends Look {
  readonly rows: number;
}

/**
 * The live screen: the rollout, and its newest events in the rows that are left. Pure.
 * @returns at most `rows` lines of at most `columns` characters
 */
export function renderScreen(watched: Watched, screen: Screen): string[] {
  const { silence, ...told } = printable(watched);
  const { columns, rows, paint } = screen;
  const head = silence === undefined ? [] : [paint('yellow', silence)];
  const isRoomyFor = (some: readonly (readonly string[])[]): boolean =>
    rows - head.length >= heightOf(some) + leastEvents;
  const blocks = renderRollout(told, screen);
  const predictions = renderPredictions(told.rollout);
  const all = predictions.length === 0 ? blocks : [...blocks, predictions];
  // Events are worth more than predictions, which `serin rollout show` has, too.
  const body = isRoomyFor(all) ? join(all, true) : join(blocks, isRoomyFor(blocks));
  const room = rows - head.length - body.length - 1;
  const events = room <= 0 ? [] : watched.events.slice(-room);
  const tail = events.map((event) => renderEvent(event, screen));
  return [...head, ...body, ...(tail.length === 0 ? [] : ['', ...tail])]
    .slice(0, rows)
    .map((line) => cutTo(columns, line));
}

/** Below so many events the empty lines between the blocks are given up. */
const leastEvents = 4;

function heightOf(blocks: readonly (readonly string[])[]): number {
  return blocks.reduce((height, block) => height + block.length + 1, 0);
}

function join(blocks: readonly (readonly string[])[], isRoomy: boolean): string[] {
  return blocks.flatMap((block, index) => (isRoomy && index > 0 ? ['', ...block] : [...block]));
}
