import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A listener that reads so slowly is cut off; it comes back and resumes. */
const mostUnreadBytes = 1_000_000;

/** Proxies close connections on which nothing is sent. */
const keepAliveMs = 15_000;

/** One client that follows events (server-sent events, WHATWG HTML § 9.2). */
export interface Follower {
  /** @param id what the client sends as Last-Event-ID when it comes back */
  send(event: string, data: unknown, id?: number): void;
  /** Says what the client has seen by now, without an event. */
  mark(id: number): void;
  /** Ends the answer: there is nothing more to come. */
  end(): void;
  /** Is called when the client is gone; at once, where it is already. */
  onClose(listener: () => void): void;
  readonly isOpen: boolean;
}

/** Begins an answer of events without end. */
export type BeginFollowing = (request: FastifyRequest, reply: FastifyReply) => Follower;

/**
 * How a server begins answers of events. They are ended when it closes: it waits for every answer,
 * and these would never come to an end.
 */
export function followers(app: FastifyInstance): BeginFollowing {
  const open = new Set<Follower>();
  app.addHook('preClose', (done) => {
    for (const follower of open) follower.end();
    done();
  });
  return (request, reply) => {
    const follower = beginFollowing(request, reply);
    open.add(follower);
    follower.onClose(() => open.delete(follower));
    return follower;
  };
}

function beginFollowing(request: FastifyRequest, reply: FastifyReply): Follower {
  reply.hijack();
  const { raw } = reply;
  raw.on('error', () => raw.destroy());
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // NGINX would wait for a full buffer.
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  raw.write('retry: 1000\n\n');
  const onClose = (listener: () => void): void => {
    // Who went before the answer began is not told of again.
    if (raw.closed || request.raw.socket.destroyed) listener();
    else raw.on('close', listener);
  };
  const keepAlive = setInterval(() => raw.write(': still here\n\n'), keepAliveMs);
  onClose(() => clearInterval(keepAlive));
  const write = (text: string): void => {
    if (raw.writableEnded || raw.destroyed) return;
    if (raw.writableLength > mostUnreadBytes) raw.destroy();
    else raw.write(text);
  };
  return {
    get isOpen() {
      return !raw.writableEnded && !raw.destroyed;
    },
    send(event, data, id) {
      const name = id === undefined ? '' : `id: ${id}\n`;
      write(`${name}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    mark: (id) => write(`id: ${id}\n\n`),
    end: () => raw.end(),
    onClose,
  };
}

/** The id of the newest event that a client has seen; undefined when it has seen none. */
export function lastEventId(request: FastifyRequest): number | undefined {
  const sent = request.headers['last-event-id'];
  const id = Number(sent);
  return sent !== undefined && sent !== '' && Number.isInteger(id) && id >= 0 ? id : undefined;
}
