import { Arm } from '../domain/arm.js';
import { longestRequestId, type ModelName, type RequestId } from '../domain/ids.js';
import type { Prediction } from '../domain/observation.js';
import type { AnswerBatch } from '../store/judge-states.js';
import type { RememberedAnswer } from './remembered-answer.js';
import type { RequestIdTable } from './request-id-table.js';

const isCanary = 1;
const isJudged = 2;
const kinds = { none: 0, score: 1, label: 2 };
const kindBits = 2;
const predictionShift = 2;
const copyShift = predictionShift + kindBits;

/** Flags, an id's length, and a step. */
const headBytes = 1 + 1 + 4;

/**
 * Answers as they are saved, one after the other, some 50 bytes each: nobody is answered while they
 * are written, and JSON of as many took ten times as long.
 */
export class BatchWriter {
  #bytes = Buffer.allocUnsafe(4_096);
  #end = 0;
  #entries = 0;

  /** @param place of the id among `ids` */
  add(ids: RequestIdTable, place: number, { arm, judged, ...answer }: RememberedAnswer): void {
    const { step, prediction, copy } = answer;
    const start = this.#end;
    const bytes = this.#withRoomFor(labelBytes(prediction) + labelBytes(copy));
    bytes[start] =
      (arm === Arm.Canary ? isCanary : 0) |
      (judged ? isJudged : 0) |
      (kindOf(prediction) << predictionShift) |
      (kindOf(copy) << copyShift);
    bytes.writeUInt32LE(step, start + 2);
    const idLength = ids.write(place, bytes, start + headBytes);
    bytes[start + 1] = idLength;
    const predictionEnd = writePrediction(bytes, start + headBytes + idLength, prediction);
    this.#end = writePrediction(bytes, predictionEnd, copy);
    this.#entries += 1;
  }

  end(): AnswerBatch {
    return { entries: this.#entries, answers: this.#bytes.subarray(0, this.#end) };
  }

  #withRoomFor(labelBytes: number): Buffer {
    const needed = this.#end + headBytes + longestRequestId + 2 * 8 + labelBytes;
    if (needed > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * needed);
    return this.#bytes;
  }
}

/** The answers of a batch, in their order. @throws RangeError for what is no batch */
export function* fromBatch(
  batch: Uint8Array,
  model: ModelName,
): Generator<readonly [RequestId, RememberedAnswer]> {
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
  let at = 0;
  while (at < bytes.length) {
    const flags = bytes.readUInt8(at);
    const idEnd = at + headBytes + bytes.readUInt8(at + 1);
    const step = bytes.readUInt32LE(at + 2);
    const id = bytes.toString('latin1', at + headBytes, idEnd) as RequestId;
    const [prediction, predictionEnd] = read(bytes, idEnd, flags >> predictionShift);
    const [copy, end] = read(bytes, predictionEnd, flags >> copyShift);
    const answer = {
      model,
      arm: (flags & isCanary) === 0 ? Arm.Stable : Arm.Canary,
      step,
      judged: (flags & isJudged) !== 0,
      prediction,
      ...(copy === undefined ? {} : { copy }),
    };
    yield [id, answer];
    at = end;
  }
}

/** @returns where it ends */
function writePrediction(bytes: Buffer, at: number, prediction: Prediction | undefined): number {
  if (prediction === undefined) return at;
  if (prediction.kind === 'score') return bytes.writeDoubleLE(prediction.value, at);
  const length = bytes.write(prediction.label, at + 2);
  return bytes.writeUInt16LE(length, at) + length;
}

function read(bytes: Buffer, at: number, bits: number): [Prediction | undefined, end: number] {
  switch (bits & (2 ** kindBits - 1)) {
    case kinds.score:
      return [{ kind: 'score', value: bytes.readDoubleLE(at) }, at + 8];
    case kinds.label: {
      const end = at + 2 + bytes.readUInt16LE(at);
      return [{ kind: 'class', label: bytes.toString('utf8', at + 2, end) }, end];
    }
    default:
      return [undefined, at];
  }
}

function kindOf(prediction: Prediction | undefined): number {
  if (prediction === undefined) return kinds.none;
  return prediction.kind === 'score' ? kinds.score : kinds.label;
}

function labelBytes(prediction: Prediction | undefined): number {
  return prediction?.kind === 'class' ? Buffer.byteLength(prediction.label) : 0;
}
