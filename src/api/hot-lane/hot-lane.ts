import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { replyToUnreadable } from '../client-errors.js';
import type { HttpAnswer } from '../http-answer.js';
import { HotConnection, type Lane, type PlainRequest } from './connection.js';
import { writeAnswer } from './write-answer.js';

export interface HotLaneSettings {
  /** The answer; it never rejects. Undefined: this request is for node's lane. */
  readonly answer: (request: PlainRequest) => Promise<HttpAnswer> | undefined;
  /** What is sent instead of an answer that cannot be written. */
  readonly unwritable: (thrown: unknown) => HttpAnswer;
  readonly largestBytes: number;
  readonly keepAliveMs: number;
  readonly patienceMs: number;
  /** Until a client that reads nothing of its answers is cut off. */
  readonly unreadMs: number;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
}

/** The hot lane of one server. */
export interface HotLane {
  /** Takes no more requests; connections end with the answers that are under way. */
  close(): void;
}

/**
 * Puts a hot lane in front of a server's own HTTP: connections begin in it, and stay for as long as
 * nothing but plain requests come (plain-head.ts). For the rest they are handed to node:http, which
 * serves them as if it had had them from the beginning.
 */
export function openHotLane(server: Server, settings: HotLaneSettings): HotLane {
  const { wallMs, keepAliveMs } = settings;
  const connections = new Set<HotConnection>();
  /** Handed over because nothing came: node takes them for the beginning of a request. */
  const silent = new Set<Socket>();
  // Node's own, which makes HTTP of a connection; there is no other name for it.
  const serveByNode = server.listeners('connection') as ((socket: Socket) => void)[];
  const keepAliveSeconds = Math.floor(keepAliveMs / 1000);
  const date = httpDates(wallMs);
  let isClosing = false;
  const lane: Lane = {
    get isClosing() {
      return isClosing;
    },
    ...settings,
    write: (answer, isLast) => {
      const frame = { date: date(), keepAliveSeconds: isLast ? undefined : keepAliveSeconds };
      try {
        return writeAnswer(answer, frame);
      } catch (thrown) {
        return writeAnswer(settings.unwritable(thrown), frame);
      }
    },
    handOver: (socket) => {
      if (socket.bytesRead === 0) {
        silent.add(socket);
        socket.once('close', () => silent.delete(socket));
      }
      for (const serve of serveByNode) serve.call(server, socket);
    },
    refuseCutOff: (socket) => {
      replyToUnreadable(new Error('the request was cut off'), socket, settings.unreadMs);
    },
    forget: (connection) => connections.delete(connection),
  };
  server.removeAllListeners('connection');
  server.on('connection', (socket) => connections.add(new HotConnection(socket, lane)));
  const looking = setInterval(() => {
    const nowMs = performance.now();
    for (const connection of connections) connection.look(nowMs);
  }, settings.patienceMs).unref();
  return {
    close: () => {
      isClosing = true;
      clearInterval(looking);
      for (const connection of connections) connection.close();
      // Browsers open connections that they may need; none of them is to hold up the end.
      for (const socket of silent) if (socket.bytesRead === 0) socket.destroy();
    },
  };
}

/** The date as RFC 9110 writes it (5.6.7); written once a second. */
function httpDates(wallMs: () => number): () => string {
  let second = NaN;
  let written = '';
  return () => {
    const now = Math.floor(wallMs() / 1000);
    if (now !== second) {
      second = now;
      written = new Date(now * 1000).toUTCString();
    }
    return written;
  };
}
