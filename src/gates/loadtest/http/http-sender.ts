import { NoAnswer, type Exchange, type LoadRequest, type Sender, type Sending } from '../sender.js';
import type { RawAnswer } from './answer-reader.js';
import type { Endpoint } from './endpoint.js';
import { HttpConnection, type ConnectionEvents } from './http-connection.js';
import { requestBytes } from './request-bytes.js';

export interface HttpSenderOptions {
  /** Connections at most; requests beyond wait for one, and their clock runs. */
  readonly connections: number;
  readonly nowMs: () => number;
}

/**
 * A connection that has been idle for longer is closed, not used: common servers close after 2 s
 * (gunicorn) or 5 s (Node, uvicorn), and a request that crosses such a close would look like a
 * failure of the server.
 */
const longestIdleMs = 1_500;

/** Sends over keep-alive connections, of which the one that was used last is used first. */
export class HttpSender implements Sender, ConnectionEvents {
  readonly #wire: readonly Buffer[];
  readonly #free: HttpConnection[] = [];
  readonly #underWay = new Map<HttpConnection, Ticket>();
  readonly #connecting = new Set<HttpConnection>();
  /** Requests without a connection, the oldest first; those before `#firstWaiting` have gone. */
  #waiting: Ticket[] = [];
  #firstWaiting = 0;

  constructor(
    private readonly endpoint: Endpoint,
    requests: readonly LoadRequest[],
    private readonly options: HttpSenderOptions,
  ) {
    this.#wire = requests.map((request) => requestBytes(request, endpoint));
  }

  send(index: number, onEnd: (exchange: Exchange) => void): Sending {
    const ticket = new Ticket(this, index, onEnd);
    const connection = this.#takeFree();
    if (connection === undefined) {
      this.#waiting.push(ticket);
      this.#connectWhereNeeded();
    } else {
      this.#begin(ticket, connection);
    }
    return ticket;
  }

  close(): void {
    for (const { connection } of this.#underWay.values()) connection?.destroy();
    for (const connection of [...this.#free, ...this.#connecting]) connection.destroy();
    this.#free.length = 0;
    this.#connecting.clear();
    this.#underWay.clear();
    this.#waiting = [];
    this.#firstWaiting = 0;
  }

  onConnected(connection: HttpConnection): void {
    this.#connecting.delete(connection);
    this.#becomeFree(connection);
  }

  onAnswer(connection: HttpConnection, { status, body, keepAlive }: RawAnswer): void {
    const ticket = this.#underWay.get(connection);
    this.#underWay.delete(connection);
    const endedAtMs = this.options.nowMs();
    if (keepAlive) this.#becomeFree(connection);
    else {
      connection.destroy();
      this.#connectWhereNeeded();
    }
    ticket?.end({
      kind: 'answer',
      status,
      body,
      sentAtMs: ticket.sentAtMs ?? endedAtMs,
      endedAtMs,
    });
  }

  onGone(connection: HttpConnection, reason: string, malformed: boolean): void {
    const ticket = this.#underWay.get(connection);
    if (ticket !== undefined) {
      this.#underWay.delete(connection);
      this.#fail(ticket, malformed ? NoAnswer.Malformed : NoAnswer.Dropped, reason);
    } else if (this.#connecting.delete(connection)) {
      const waiting = this.#nextWaiting();
      if (waiting !== undefined) this.#fail(waiting, NoAnswer.Refused, reason);
    } else {
      this.#free.splice(this.#free.indexOf(connection), 1);
    }
    this.#connectWhereNeeded();
  }

  /** A request is given up: its connection cannot be used for another one. */
  giveUp(ticket: Ticket): void {
    const { connection } = ticket;
    if (connection === undefined) return;
    this.#underWay.delete(connection);
    connection.destroy();
    this.#connectWhereNeeded();
  }

  #begin(ticket: Ticket, connection: HttpConnection): void {
    this.#underWay.set(connection, ticket);
    ticket.connection = connection;
    ticket.sentAtMs = this.options.nowMs();
    connection.send(this.#wire[ticket.index] as Buffer);
  }

  #fail(ticket: Ticket, why: NoAnswer, words: string): void {
    const endedAtMs = this.options.nowMs();
    ticket.end({ kind: 'none', why, words, sentAtMs: ticket.sentAtMs ?? endedAtMs, endedAtMs });
  }

  #becomeFree(connection: HttpConnection): void {
    const next = this.#nextWaiting();
    if (next !== undefined) {
      this.#begin(next, connection);
      return;
    }
    connection.idleSinceMs = this.options.nowMs();
    this.#free.push(connection);
  }

  #takeFree(): HttpConnection | undefined {
    const connection = this.#free.pop();
    if (connection === undefined) return undefined;
    if (this.options.nowMs() - connection.idleSinceMs <= longestIdleMs) return connection;
    // All others have been idle for even longer.
    for (const idle of [connection, ...this.#free.splice(0)]) idle.destroy();
    return undefined;
  }

  #nextWaiting(): Ticket | undefined {
    while (this.#firstWaiting < this.#waiting.length) {
      const ticket = this.#waiting[this.#firstWaiting++];
      if (ticket?.isOver === false) return ticket;
    }
    this.#waiting = [];
    this.#firstWaiting = 0;
    return undefined;
  }

  #connectWhereNeeded(): void {
    const waiting = this.#waiting.length - this.#firstWaiting;
    const open = this.#underWay.size + this.#connecting.size;
    if (waiting <= this.#connecting.size || open >= this.options.connections) return;
    this.#connecting.add(new HttpConnection(this.endpoint, this));
  }
}

/** One request on its way through the sender. */
class Ticket implements Sending {
  connection: HttpConnection | undefined;
  sentAtMs: number | undefined;
  isOver = false;

  constructor(
    private readonly sender: HttpSender,
    readonly index: number,
    private readonly onEnd: (exchange: Exchange) => void,
  ) {}

  end(exchange: Exchange): void {
    this.isOver = true;
    this.onEnd(exchange);
  }

  cancel(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.sender.giveUp(this);
  }
}
