import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { HttpAnswer } from '../http-answer.js';
import { closeOnceRead, destroyIfUnread } from '../unread-answers.js';
import { readPlainHead, type PlainHead } from './plain-head.js';

/** A plain request, whole. */
export interface PlainRequest {
  readonly head: PlainHead;
  readonly body: Buffer;
  /** From `performance.now()`. */
  readonly arrivedAtMs: number;
}

/** What a connection asks of the lane that it is in. */
export interface Lane {
  readonly isClosing: boolean;
  /** Until a connection that is idle is closed. */
  readonly keepAliveMs: number;
  /** Until a request that came in part, or a first one that never came, is node's. */
  readonly patienceMs: number;
  /** Until a client that reads nothing of its answers is cut off. */
  readonly unreadMs: number;
  /** Of a body. */
  readonly largestBytes: number;
  /** The answer; it never rejects. Undefined: this request is for node's lane. */
  answer(request: PlainRequest): Promise<HttpAnswer> | undefined;
  /** The answer as bytes; it never throws. */
  write(answer: HttpAnswer, isLast: boolean): string | Buffer;
  /** Has node:http serve the connection from now on. */
  handOver(socket: Socket): void;
  /** Answers a request that was cut off, and closes. */
  refuseCutOff(socket: Socket): void;
  forget(connection: HotConnection): void;
}

interface Unanswered {
  answer: HttpAnswer | undefined;
}

/** Requests of one connection that are worked on at a time. */
const maxPipelined = 64;

/**
 * Pieces in which a request may come: usually its head and its body. Putting together what comes in
 * many would cost a time that grows with the square of their number.
 */
const maxPieces = 4;

/**
 * One connection in the hot lane. It answers plain requests, in their order, and belongs to
 * node:http from the first moment on at which something else comes, or nothing does: what was read
 * and not answered is put back first. So node's time-outs and limits hold for all that is slow,
 * large or strange, and for everything else there is nothing to time or to limit but how long an
 * answer lies unread.
 */
export class HotConnection {
  /** What came and is not answered, nor being answered. */
  #rest: Buffer | undefined;
  #pieces = 0;
  #lastHead: PlainHead | undefined;
  readonly #unanswered: Unanswered[] = [];
  #hasAnswered = false;
  #hasEnded = false;
  #isCorked = false;
  /** Since when it is waited for what is waited for: a request, or the rest of one. */
  #sinceMs = performance.now();

  constructor(
    private readonly socket: Socket,
    private readonly lane: Lane,
  ) {
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('drain', this.#onDrain);
    socket.on('timeout', this.#onTimeout);
    socket.on('error', ignoreReset);
    socket.on('close', this.#onClose);
  }

  /** Is called now and then: who is slow, or idle for long, goes. */
  look(nowMs: number): void {
    if (this.#unanswered.length > 0) return;
    const { keepAliveMs, patienceMs } = this.lane;
    const waitedMs = nowMs - this.#sinceMs;
    if (this.#rest !== undefined || !this.#hasAnswered) {
      if (waitedMs >= patienceMs) this.#handOver();
    } else if (waitedMs >= keepAliveMs && !this.socket.writableNeedDrain) {
      this.socket.destroy();
    }
  }

  /** The lane closes: at once where nothing is under way, else after the last answer. */
  close(): void {
    if (this.#unanswered.length > 0) return;
    // Part of a request is there: what is to be said to it is node's to say.
    if (this.#rest !== undefined) this.#handOver();
    else closeOnceRead(this.socket, this.lane.unreadMs);
  }

  readonly #onData = (chunk: Buffer): void => {
    const rest = this.#rest;
    this.#rest = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    this.#pieces += 1;
    if (this.#unanswered.length === 0) this.#goOn();
    else this.socket.pause(); // Who sends on before he has his answers waits for them.
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    if (this.#unanswered.length === 0) this.#finish();
  };

  readonly #onDrain = (): void => {
    this.socket.setTimeout(0);
    this.#sinceMs = performance.now();
    this.#goOn();
  };

  readonly #onTimeout = (): void => {
    destroyIfUnread(this.socket);
  };

  readonly #onClose = (): void => {
    this.lane.forget(this);
  };

  /** Answers what has come as a whole, and waits for the rest, or hands it over. */
  readonly #goOn = (): void => {
    if (this.#unanswered.length > 0) return;
    if (this.socket.writableNeedDrain) {
      this.socket.pause();
      return;
    }
    const bytes = this.#rest;
    if (bytes === undefined) {
      if (this.socket.isPaused()) this.socket.resume();
      return;
    }
    const arrivedAtMs = performance.now();
    let at = 0;
    let next: 'whole' | 'partial' | 'other' = 'whole';
    while (next === 'whole' && at < bytes.length && this.#unanswered.length < maxPipelined) {
      const head = this.lane.isClosing ? 'other' : readPlainHead(bytes, at, this.#lastHead);
      if (typeof head === 'string') {
        next = head;
        break;
      }
      this.#lastHead = head;
      const bodyAt = at + head.bytes.length;
      const end = bodyAt + head.contentLength;
      if (head.contentLength > this.lane.largestBytes) next = 'other';
      else if (end > bytes.length) next = 'partial';
      else if (!this.#take({ head, body: bytes.subarray(bodyAt, end), arrivedAtMs }))
        next = 'other';
      else at = end;
    }
    this.#rest = at === bytes.length ? undefined : bytes.subarray(at);
    if (at > 0) this.#pieces = this.#rest === undefined ? 0 : 1;
    this.#sinceMs = arrivedAtMs;
    if (this.#unanswered.length > 0) return;
    if (next === 'other' || this.#pieces >= maxPieces) this.#handOver();
    else if (this.#hasEnded) this.#finish();
    else if (this.socket.isPaused()) this.socket.resume();
  };

  #take(request: PlainRequest): boolean {
    const answer = this.lane.answer(request);
    if (answer === undefined) return false;
    const unanswered: Unanswered = { answer: undefined };
    this.#unanswered.push(unanswered);
    void answer.then((given) => {
      unanswered.answer = given;
      if (this.#unanswered[0] === unanswered) this.#sendWhatIsNext();
    });
    return true;
  }

  #sendWhatIsNext(): void {
    if (this.#unanswered.length > 1) this.#corkForThisTurn();
    for (
      let given = this.#unanswered[0]?.answer;
      given !== undefined;
      given = this.#unanswered[0]?.answer
    ) {
      this.#unanswered.shift();
      this.#send(given);
    }
    if (this.#unanswered.length > 0) return;
    this.#sinceMs = performance.now();
    if (this.#rest !== undefined || this.socket.isPaused()) this.#goOn();
    else if (this.#hasEnded) this.#finish();
  }

  #send(answer: HttpAnswer): void {
    this.#hasAnswered = true;
    if (!this.socket.writable) return;
    const isNext = this.#rest !== undefined || this.#unanswered.length > 0;
    const isLast =
      answer.added['connection'] === 'close' ||
      ((this.lane.isClosing || this.#hasEnded) && !isNext);
    const isTaken = this.socket.write(this.lane.write(answer, isLast), 'latin1');
    if (!isLast) {
      if (!isTaken) this.socket.setTimeout(this.lane.unreadMs);
      return;
    }
    this.socket.off('data', this.#onData);
    this.#rest = undefined;
    closeOnceRead(this.socket, this.lane.unreadMs);
  }

  /** Answers that are ready in one turn leave together. */
  #corkForThisTurn(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.socket.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.socket.uncork();
    });
  }

  #finish(): void {
    if (this.#rest === undefined) closeOnceRead(this.socket, this.lane.unreadMs);
    else this.lane.refuseCutOff(this.socket);
  }

  #handOver(): void {
    const { socket, lane } = this;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('drain', this.#onDrain);
    socket.off('timeout', this.#onTimeout);
    socket.setTimeout(0);
    socket.off('error', ignoreReset);
    socket.off('close', this.#onClose);
    lane.forget(this);
    if (this.#hasEnded) {
      socket.on('error', ignoreReset);
      lane.refuseCutOff(socket);
      return;
    }
    socket.pause();
    if (this.#rest !== undefined) socket.unshift(this.#rest);
    lane.handOver(socket);
    socket.resume();
  }
}

/** A client that goes away is no failure of ours: "close" follows. */
function ignoreReset(): void {}
