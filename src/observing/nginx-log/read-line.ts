import { Arm } from '../../domain/arm.js';
import type { ModelName, RequestId } from '../../domain/ids.js';
import { lineFields, type LineField } from './line-format.js';

/** One request as NGINX logged it. */
export interface LoggedRequest {
  readonly model: ModelName;
  readonly kind: 'live' | 'forced' | 'shadow';
  /** The arm that it was assigned to, whoever answered. */
  readonly arm: Arm;
  /** Milliseconds since 1970. */
  readonly endedAtMs: number;
  /** Of the whole request, in microseconds where NGINX has Lua, else in milliseconds. */
  readonly tookMs: number;
  /** What the user got. */
  readonly status: number;
  /** The servers that were asked, in their order; the first is of the arm. */
  readonly tries: readonly Try[];
  /** Whether the user got the whole answer. */
  readonly isComplete: boolean;
  readonly bytes: number;
  readonly stickyHash: number | undefined;
  /** `epoch.number`; undefined without Lua. */
  readonly sequence: string | undefined;
  readonly requestId: RequestId;
}

interface Try {
  /** Undefined when the user left before there was one. */
  readonly status: number | undefined;
  readonly tookMs: number;
  /** Until the head of the answer was there. */
  readonly headMs: number;
}

const place = Object.fromEntries(lineFields.map(([name], at) => [name, at])) as {
  readonly [Name in LineField]: number;
};

/** Reads a line of `nginxLogFormat`; undefined for anything else, such as half a line. */
export function readLine(line: string): LoggedRequest | undefined {
  const fields = line.split('\t');
  if (fields.length !== lineFields.length || fields[0] !== 's1') return undefined;
  const field = (name: LineField): string => fields[place[name]] ?? '';
  const [kind, arm] = [field('kind'), field('arm')];
  if (kind !== 'live' && kind !== 'forced' && kind !== 'shadow') return undefined;
  if (arm !== Arm.Stable && arm !== Arm.Canary) return undefined;
  const microseconds = numberOf(field('microseconds'));
  const tookMs = microseconds === undefined ? Number(field('seconds')) * 1000 : microseconds / 1000;
  const endedAtMs = Number(field('endedAt')) * 1000;
  if (Number.isNaN(tookMs) || Number.isNaN(endedAtMs)) return undefined;
  return {
    ...{ kind, arm, endedAtMs, tookMs },
    model: field('model') as ModelName,
    status: Number(field('status')),
    tries: triesOf(field('upstreamStatus'), field('upstreamSeconds'), field('headerSeconds')),
    isComplete: field('completion') === 'OK',
    bytes: Number(field('bytes')),
    stickyHash: numberOf(field('stickyHash')),
    sequence: field('sequence') === '-' ? undefined : field('sequence'),
    requestId: field('requestId') as RequestId,
  };
}

/** `-` where no server was asked; `502, 200` where a second was. */
function triesOf(statuses: string, seconds: string, heads: string): Try[] {
  if (seconds === '-') return [];
  // Nearly all requests have one try: no lists for them.
  if (!seconds.includes(',')) return [tryOf(statuses, seconds, heads)];
  const [status, head] = [statuses.split(', '), heads.split(', ')];
  return seconds.split(', ').map((took, at) => tryOf(status[at] ?? '-', took, head[at] ?? '-'));
}

function tryOf(status: string, seconds: string, head: string): Try {
  const tookMs = Number(seconds) * 1000;
  const headMs = head === '-' ? tookMs : Number(head) * 1000;
  return { status: numberOf(status), tookMs, headMs };
}

function numberOf(text: string): number | undefined {
  if (text === '-' || text === '') return undefined;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}
