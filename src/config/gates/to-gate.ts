import type { Gate } from '../../rollout/strategy/gate.js';
import { defaults } from '../defaults.js';
import { time } from '../units.js';
import { readLoadtestWishes, readSmokeWishes, readValidateWishes } from './read-wishes.js';
import type { GateOfFile } from './schema.js';

/** A gate of a checked file, with its units read. */
export function toGate(gate: GateOfFile): Gate {
  if (typeof gate === 'string') {
    return { kind: 'built-in', name: gate, timeoutMs: timeoutOf(undefined) };
  }
  const { validate, smoke, loadtest, webhook, command, timeout } = gate;
  const timeoutMs = timeoutOf(timeout);
  if (validate !== undefined) {
    return { kind: 'built-in', name: 'validate', wishes: readValidateWishes(validate), timeoutMs };
  }
  if (smoke !== undefined) {
    return { kind: 'built-in', name: 'smoke', wishes: readSmokeWishes(smoke), timeoutMs };
  }
  if (loadtest !== undefined) {
    return { kind: 'built-in', name: 'loadtest', wishes: readLoadtestWishes(loadtest), timeoutMs };
  }
  return webhook === undefined
    ? { kind: 'command', command: command ?? '', timeoutMs }
    : { kind: 'webhook', url: webhook, timeoutMs };
}

/** In milliseconds. */
export function timeoutOf(written: string | undefined): number {
  return time.read(written ?? defaults.gateTimeout);
}
