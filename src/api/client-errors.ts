import type { Socket } from 'node:net';
import { SerinError } from '../domain/errors.js';
import { closeOnceRead } from './unread-answers.js';

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/**
 * Answers what never became a request: too slow, too long a header, or no HTTP at all. It is
 * written to the socket as it is, because there is nothing to reply to; then the socket is closed,
 * also when that is not read for `unreadMs`.
 */
export function replyToUnreadable(
  error: NodeJS.ErrnoException,
  socket: Socket,
  unreadMs: number,
): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const told = toUserError(error);
  const body = JSON.stringify(told.toBody());
  socket.write(
    `HTTP/1.1 ${told.status} ${phrases[told.status] ?? 'Bad Request'}\r\n` +
      'connection: close\r\n' +
      'content-type: application/json; charset=utf-8\r\n' +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // Not `end`: who reads nothing and closes nothing would keep his half of the connection.
  closeOnceRead(socket, unreadMs);
}

function toUserError(error: NodeJS.ErrnoException): SerinError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new SerinError('request-timeout', { cause: error });
  }
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new SerinError('header-too-large', { cause: error });
  }
  return new SerinError('invalid-request', {
    expected: 'an HTTP/1.1 request',
    found: 'bytes that are none',
    cause: error,
  });
}
