import type { LoadRequest } from '../sender.js';
import type { Endpoint } from './endpoint.js';

/** A request as it goes over the wire (RFC 9112, section 3). */
export function requestBytes(request: LoadRequest, endpoint: Endpoint): Buffer {
  const { method, path, headers, body } = request;
  const content = Buffer.from(body, 'utf8');
  const fields: Record<string, string> = {
    host: endpoint.authority,
    ...(endpoint.authorization === undefined ? {} : { authorization: endpoint.authorization }),
    ...withoutFraming(headers),
    ...(content.length === 0 && (method === 'GET' || method === 'HEAD')
      ? {}
      : { 'content-length': String(content.length) }),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), content]);
}

/** Where the body ends is said once, by us. */
function withoutFraming(headers: LoadRequest['headers']): Record<string, string> {
  const ours = ['content-length', 'transfer-encoding', 'connection'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ours.includes(name)));
}
