import { Arm } from '../../domain/arm.js';
import type { ModelName, RequestId } from '../../domain/ids.js';
import { LineFields } from './line-fields.js';
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
const [mark, model, arm, endedAt] = [at('mark'), at('model'), at('arm'), at('endedAt')];
const [seconds, microseconds] = [at('seconds'), at('microseconds')];
const [kind, status, completion, bytes] = [at('kind'), at('status'), at('completion'), at('bytes')];
const upstreamStatus = at('upstreamStatus');
const upstreamSeconds = at('upstreamSeconds');
const headerSeconds = at('headerSeconds');
const [stickyHash, sequence, requestId] = [at('stickyHash'), at('sequence'), at('requestId')];

/** Reads a line of `nginxLogFormat`; undefined for anything else, such as half a line. */
export function readLine(line: string): LoggedRequest | undefined {
  const fields = LineFields.of(line);
  if (fields === undefined || !fields.is(mark, lineMark)) return undefined;
  const ofKind = fields.oneOf(kind, kinds);
  const ofArm = fields.oneOf(arm, armsAndNone);
  if (ofKind === undefined || ofArm === undefined) return undefined;
  const endedAtMs = fields.number(endedAt, 1000);
  if (endedAtMs === undefined) return undefined;
  return {
    kind: ofKind,
    arm: ofArm === '' ? undefined : ofArm,
    endedAtMs,
    tookMs: fields.number(microseconds, 0.001) ?? fields.number(seconds, 1000) ?? 0,
    model: fields.text(model) as ModelName,
    status: fields.number(status) ?? 0,
    tries: triesOf(fields),
    isComplete: fields.is(completion, 'OK'),
    bytes: fields.number(bytes) ?? 0,
    stickyHash: fields.number(stickyHash),
    sequence: fields.is(sequence, '-') ? undefined : fields.text(sequence),
    requestId: fields.text(requestId) as RequestId,
  };
}

const kinds = ['live', 'forced', 'shadow'] as const;
const armsAndNone = [Arm.Stable, Arm.Canary, ''] as const;

/**
 * `-` where no server was asked; `502, 200` where a second was, and `504, 504 : 200` where another
 * was after an internal redirect.
 */
function triesOf(fields: LineFields): Try[] {
  const took = fields.number(upstreamSeconds, 1000);
  // Nearly all requests have one try: no lists for them.
  if (took !== undefined) {
    return [tryOf(fields.number(upstreamStatus), took, fields.number(headerSeconds, 1000))];
  }
  const text = fields.text(upstreamSeconds);
  if (text === '-') return [];
  const [statuses, heads] = [listOf(fields, upstreamStatus), listOf(fields, headerSeconds)];
  return text.split(separator).map((one, index) => {
    const head = numberOf(heads[index]);
    const headMs = head === undefined ? undefined : head * 1000;
    return tryOf(numberOf(statuses[index]), Number(one) * 1000, headMs);
  });
}

const separator = /, | : /;

function listOf(fields: LineFields, place: number): string[] {
  return fields.text(place).split(separator);
}

function tryOf(status: number | undefined, tookMs: number, headMs = tookMs): Try {
  return { status, tookMs, headMs };
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text);
  return text === '' || Number.isNaN(number) ? undefined : number;
}
