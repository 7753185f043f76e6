import type { Watched } from '../../render/rollout/screen.js';
import type { Heard } from '../follow-rollout.js';
import type { Display } from './display.js';

/**
 * One JSON object a line, for machines: `{"event": …, "data": …}` with the names and the bodies of
 * the API's server-sent events; `front` is what stands in front of the arms, whenever it has changed
 * (null: nobody any more); `disconnected` and `reconnected` tell of the connection, and `left` why the
 * watching ended before the rollout.
 */
export function jsonLineDisplay(write: (text: string) => unknown): Display {
  const tell = (event: string, data: unknown): void => {
    write(`${JSON.stringify({ event, data })}\n`);
  };
  let frontTold = 'null';
  const tellFront = ({ front = null }: Watched): void => {
    const now = JSON.stringify(front);
    if (now !== frontTold) tell('front', front);
    frontTold = now;
  };
  return {
    showsFront: true,
    begin: (watched) => {
      for (const event of watched.events) tell('event', event);
      tell('rollout', watched.rollout);
      tellFront(watched);
    },
    hear: (heard, watched) => {
      // Nothing comes after the end.
      tellFront(watched);
      tell(heard.kind, dataOf(heard));
    },
    end: ({ because }) => {
      if (because !== 'ended') tell('left', { because });
    },
    close: () => undefined,
  };
}

function dataOf(heard: Heard): unknown {
  switch (heard.kind) {
    case 'event':
      return heard.event;
    case 'rollout':
    case 'end':
      return heard.rollout;
    case 'point':
      return heard.point;
    case 'disconnected':
      return { reason: heard.reason };
    case 'reconnected':
      return {};
  }
}
