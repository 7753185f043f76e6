import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AnswerReader, type RawAnswer } from './answer-reader.js';
import type { Endpoint } from './endpoint.js';

/** What a connection tells its owner. */
export interface ConnectionEvents {
  onConnected(connection: HttpConnection): void;
  /** The answer to the request under way. */
  onAnswer(connection: HttpConnection, answer: RawAnswer): void;
  /**
   * It is gone, of itself: never after `destroy`. Called once.
   * @param reason in words; `malformed` when what came was no answer
   */
  onGone(connection: HttpConnection, reason: string, malformed: boolean): void;
}

/** One read buffer serves every connection: nothing in it outlives the call that reads it. */
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);

/** One keep-alive connection over HTTP/1.1, with one request under way at a time. */
export class HttpConnection {
  /** When it became free. */
  idleSinceMs = 0;
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #isBusy = false;
  #isOver = false;

  constructor(
    endpoint: Endpoint,
    private readonly events: ConnectionEvents,
  ) {
    this.#socket = this.#open(endpoint);
    this.#socket.setNoDelay(true);
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#gone(wordsOf(error)));
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.#ended());
  }

  /** Sends a request; the one before has been answered. */
  send(bytes: Buffer): void {
    this.#isBusy = true;
    this.#socket.write(bytes);
  }

  /** Closes it without a word. */
  destroy(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }

  #open({ host, port, tls }: Endpoint): Socket {
    const connected = (): void => {
      this.events.onConnected(this);
    };
    if (tls) {
      const socket = connectTls({
        host,
        port,
        ALPNProtocols: ['http/1.1'],
        ...(/[a-z]/i.test(host) ? { servername: host } : {}),
      });
      socket.once('secureConnect', connected);
      socket.on('data', (bytes: Buffer) => this.#read(bytes));
      return socket;
    }
    const onread = {
      buffer: readBuffer,
      callback: (length: number) => {
        this.#read(readBuffer.subarray(0, length));
        return true;
      },
    };
    const socket = connect({ host, port, onread });
    socket.once('connect', connected);
    return socket;
  }

  #read(bytes: Buffer): void {
    if (this.#isOver) return;
    if (!this.#isBusy) {
      this.#gone('it sent bytes that nobody asked for', true);
      return;
    }
    let answer: RawAnswer | undefined;
    try {
      answer = this.#reader.read(bytes);
    } catch (thrown) {
      this.#gone(thrown instanceof Error ? thrown.message : String(thrown), true);
      return;
    }
    if (answer === undefined) return;
    this.#isBusy = false;
    this.events.onAnswer(this, answer);
  }

  #ended(): void {
    const answer = this.#isOver ? undefined : this.#reader.end();
    if (answer === undefined) {
      this.#gone(this.#isBusy ? 'closed before the whole answer had come' : 'closed');
      return;
    }
    this.#isBusy = false;
    this.events.onAnswer(this, answer);
  }

  #gone(reason: string, malformed = false): void {
    if (this.#isOver) return;
    this.destroy();
    this.events.onGone(this, reason, malformed);
  }
}

/** A system error in words of people; others in their own. */
function wordsOf({ code, message }: NodeJS.ErrnoException): string {
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection reset',
    EPIPE: 'connection reset',
    ENOTFOUND: 'no such host',
    EAI_AGAIN: 'the host name could not be looked up',
    ETIMEDOUT: 'no answer to the attempt to connect',
    EHOSTUNREACH: 'no way to the host',
    ENETUNREACH: 'no way to the network',
    EADDRNOTAVAIL: 'no free port on this side',
    EMFILE: 'too many open files on this side',
  };
  return known[code ?? ''] ?? message;
}
