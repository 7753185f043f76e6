import { Arm } from '../../domain/arm.js';
import type { ModelName, RequestId } from '../../domain/ids.js';
import { lineFields, lineMark, type LineField } from './line-format.js';

/** One request as NGINX logged it. */
export interface LoggedRequest {
  readonly model: ModelName;
  readonly kind: 'live' | 'forced' | 'shadow';
  /** The arm that it was assigned to, whoever answered; undefined for what was no HTTP request. */
  readonly arm: Arm | undefined;
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

const at = (name: LineField): number => lineFields.indexOf(name);
// Looked up once: this runs for every request.
const [model, endedAt, kind, arm] = [at('model'), at('endedAt'), at('kind'), at('arm')];
const [seconds, microseconds] = [at('seconds'), at('microseconds')];
const [status, completion, bytes] = [at('status'), at('completion'), at('bytes')];
const upstreamStatus = at('upstreamStatus');
const upstreamSeconds = at('upstreamSeconds');
const headerSeconds = at('headerSeconds');
const [stickyHash, sequence, requestId] = [at('stickyHash'), at('sequence'), at('requestId')];

/** Reads a line of `nginxLogFormat`; undefined for anything else, such as half a line. */
export function readLine(line: string): LoggedRequest | undefined {
  const fields = line.split('\t');
  if (fields.length !== lineFields.length || fields[0] !== lineMark) return undefined;
  const [ofKind, ofArm] = [fields[kind], fields[arm]];
  if (ofKind !== 'live' && ofKind !== 'forced' && ofKind !== 'shadow') return undefined;
  if (ofArm !== Arm.Stable && ofArm !== Arm.Canary && ofArm !== '') return undefined;
  const fine = numberOf(fields[microseconds]);
  const tookMs = fine === undefined ? 1000 * (numberOf(fields[seconds]) ?? 0) : fine / 1000;
  const endedAtMs = Number(fields[endedAt]) * 1000;
  if (Number.isNaN(tookMs) || Number.isNaN(endedAtMs)) return undefined;
  return {
    kind: ofKind,
    arm: ofArm === '' ? undefined : ofArm,
    endedAtMs,
    tookMs,
    model: fields[model] as ModelName,
    status: Number(fields[status]),
    tries: triesOf(fields[upstreamStatus], fields[upstreamSeconds], fields[headerSeconds]),
    isComplete: fields[completion] === 'OK',
    bytes: Number(fields[bytes]),
    stickyHash: numberOf(fields[stickyHash]),
    sequence: fields[sequence] === '-' ? undefined : fields[sequence],
    requestId: fields[requestId] as RequestId,
  };
}

/** `-` where no server was asked; `502, 200` where a second was. */
function triesOf(statuses = '-', took = '-', heads = '-'): Try[] {
  if (took === '-') return [];
  // Nearly all requests have one try: no lists for them.
  if (!took.includes(',')) return [tryOf(statuses, took, heads)];
  const [status, head] = [statuses.split(', '), heads.split(', ')];
  return took.split(', ').map((one, index) => tryOf(status[index], one, head[index]));
}

function tryOf(status: string | undefined, took: string, head = '-'): Try {
  const tookMs = Number(took) * 1000;
  const headMs = head === '-' ? tookMs : Number(head) * 1000;
  return { status: numberOf(status), tookMs, headMs };
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '-' || text === '') return undefined;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}
