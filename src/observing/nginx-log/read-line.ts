import { Arm } from '../../domain/arm.js';
import type { ModelName, RequestId } from '../../domain/ids.js';
import { LineCursor } from './line-cursor.js';
import { lineMark } from './line-format.js';
import type { LineNumber } from './line-number.js';

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
  /** How many servers were asked, one after the other. */
  readonly tries: number;
  /** What the first of them did, which is of the arm; undefined where none was asked. */
  readonly first: Try | undefined;
  /** Whether the user got the whole answer. */
  readonly isComplete: boolean;
  readonly bytes: number;
  readonly stickyHash: number | undefined;
  /** Undefined without Lua. */
  readonly sequence: LineNumber | undefined;
  readonly requestId: RequestId;
}

interface Try {
  /** Undefined when the user left before there was one. */
  readonly status: number | undefined;
  readonly tookMs: number;
  /** Until the head of the answer was there. */
  readonly headMs: number;
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const [markBytes, okBytes, noBytes] = [bytesOf(lineMark), bytesOf('OK'), bytesOf('')];
const [stableBytes, canaryBytes] = [bytesOf(Arm.Stable), bytesOf(Arm.Canary)];
const [liveBytes, forcedBytes] = [bytesOf('live'), bytesOf('forced')];
const shadowBytes = bytesOf('shadow');

type Written<T> = { -readonly [Key in keyof T]: T[Key] };

// One of each for all lines: this runs for every request, and what is made for each has to be
// cleared away, while NGINX would use the same CPU.
const cursor = new LineCursor();
const firstTry: Written<Try> = { status: undefined, tookMs: 0, headMs: 0 };
const sequence: Written<LineNumber> = { epoch: 0, number: 0 };
const request: Written<LoggedRequest> = {
  ...{ model: '' as ModelName, requestId: '' as RequestId, kind: 'live', arm: undefined },
  ...{ endedAtMs: 0, tookMs: 0, bytes: 0, tries: 0, isComplete: false },
  ...{ first: undefined, stickyHash: undefined, sequence: undefined },
};

/**
 * Reads a line of `nginxLogFormat` from `start` to `end`, without its end of line.
 * @returns undefined for anything else, such as half a line; what is returned is written over by the
 *   next line
 */
export function readLine(bytes: Buffer, start: number, end: number): LoggedRequest | undefined {
  cursor.begin(bytes, start, end);
  if (!cursor.passes(markBytes)) return undefined;
  request.model = cursor.sameText() as ModelName;
  if (!readArm()) return undefined;
  request.endedAtMs = cursor.number(1000);
  // What the user got, which is for people who read the log.
  cursor.passAny();
  readTries();
  const seconds = cursor.number(1000);
  request.isComplete = cursor.passes(okBytes);
  if (!request.isComplete) cursor.passAny();
  request.bytes = orElse(cursor.number(), 0);
  request.requestId = cursor.text() as RequestId;
  request.tookMs = orElse(cursor.hexadecimal() * 0.001, orElse(seconds, 0));
  readSequence();
  if (!readKind()) return undefined;
  request.stickyHash = orElse(cursor.hexadecimal(), undefined);
  return cursor.isAtEnd && !Number.isNaN(request.endedAtMs) ? request : undefined;
}

function orElse<Other>(number: number, other: Other): number | Other {
  return Number.isNaN(number) ? other : number;
}

function readArm(): boolean {
  if (cursor.passes(stableBytes)) request.arm = Arm.Stable;
  else if (cursor.passes(canaryBytes)) request.arm = Arm.Canary;
  else if (cursor.passes(noBytes)) request.arm = undefined;
  else return false;
  return true;
}

function readKind(): boolean {
  if (cursor.passes(liveBytes)) request.kind = 'live';
  else if (cursor.passes(shadowBytes)) request.kind = 'shadow';
  else if (cursor.passes(forcedBytes)) request.kind = 'forced';
  else return false;
  return true;
}

/**
 * `-` where no server was asked; `502, 200` where a second was, and `504, 504 : 200` where another
 * was after an internal redirect.
 */
function readTries(): void {
  firstTry.status = orElse(cursor.firstNumber(), undefined);
  firstTry.tookMs = cursor.firstNumber(1000);
  const { listed } = cursor;
  firstTry.headMs = orElse(cursor.firstNumber(1000), firstTry.tookMs);
  const wasAsked = !Number.isNaN(firstTry.tookMs);
  request.tries = wasAsked ? listed : 0;
  request.first = wasAsked ? firstTry : undefined;
}

function readSequence(): void {
  sequence.epoch = cursor.numberBeforeDot();
  sequence.number = cursor.hexadecimal();
  request.sequence = Number.isNaN(sequence.epoch + sequence.number) ? undefined : sequence;
}
