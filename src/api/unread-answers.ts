import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Cuts off clients of node's lane that read nothing of their answer for so long. What is read at
 * all, however slowly, goes out: the system reports every byte that it could send. A request that
 * is still worked on, and a stream with no news, have nothing unread, and stay.
 */
export function cutOffWhoDoesNotRead(server: Server, unreadMs: number): void {
  // By the response, not the server: a listener there would keep connections that are idle.
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.setTimeout(unreadMs);
    response.on('timeout', destroyIfUnread);
  });
}

/** Closes a connection when what was written to it is read, or nothing of it is for so long. */
export function closeOnceRead(socket: Socket, unreadMs: number): void {
  socket.setTimeout(unreadMs, () => socket.destroy());
  socket.destroySoon();
}

/** For the time-out of a connection. */
export function destroyIfUnread(socket: Socket): void {
  if (socket.writableLength > 0) socket.destroy();
}
