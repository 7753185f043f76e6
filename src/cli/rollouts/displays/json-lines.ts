import type { Heard } from '../follow-rollout.js';
import type { Display } from './display.js';

/**
 * One JSON object a line, for machines: `{"event": …, "data": …}` with the names and the bodies of
 * the API's server-sent events; `disconnected` and `reconnected` tell of the connection, and `left`
 * why the watching ended before the rollout.
 */
export function jsonLineDisplay(write: (text: string) => unknown): Display {
  const tell = (event: string, data: unknown): void => {
    write(`${JSON.stringify({ event, data })}\n`);
  };
  return {
    showsFront: false,
    begin: ({ rollout, events }) => {
      for (const event of events) tell('event', event);
      tell('rollout', rollout);
    },
    hear: (heard) => {
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
