import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Arm } from '../../src/domain/arm.js';
import { toModelName, type RequestId, type VersionName } from '../../src/domain/ids.js';
import { FaultInjector } from '../../src/serving/faults.js';
import {
  HttpUpstream,
  defaultHttpUpstreamOptions,
} from '../../src/serving/http-upstream/http-upstream.js';
import { Protocol, type Call } from '../../src/serving/upstream.js';

let server: Server | undefined;
let upstream: HttpUpstream | undefined;

/** An arm that a server on this machine answers for; one at a time. */
export async function upstreamOf(
  listener: RequestListener,
  path = '',
  requestTimeoutMs?: number,
): Promise<HttpUpstream> {
  const port = await listenWith(listener, 0);
  return newUpstream(`http://127.0.0.1:${port}${path}`, requestTimeoutMs);
}

/** An arm that whoever is at an address answers for. */
export function newUpstream(url: string, requestTimeoutMs = 30_000): HttpUpstream {
  upstream = new HttpUpstream(
    { kind: 'http', model: toModelName('churn'), version: 'b' as VersionName, url },
    new FaultInjector(() => 0.5),
    { ...defaultHttpUpstreamOptions, requestTimeoutMs },
  );
  return upstream;
}

/** Starts the arm's server. @returns its port */
export async function listenWith(listener: RequestListener, port: number): Promise<number> {
  const listening = (server = createServer(listener));
  await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
  return (listening.address() as AddressInfo).port;
}

/** Ends the arm's server, and every connection to it. */
export async function endServer(): Promise<void> {
  const ended = server;
  server = undefined;
  ended?.closeAllConnections();
  await new Promise((resolve) => (ended === undefined ? resolve(0) : ended.close(resolve)));
}

/** Ends both; after every test. */
export async function endUpstream(): Promise<void> {
  await upstream?.close();
  upstream = undefined;
  await endServer();
}

/** A request for a prediction. */
export function call(more: Partial<Call> = {}): Call {
  return {
    requestId: 'r1' as RequestId,
    arm: Arm.Canary,
    protocol: Protocol.Predict,
    path: '/predict?x=1',
    headers: { 'content-type': 'application/json', authorization: 'Bearer secret', host: 'a' },
    body: Buffer.from('{"features":[1]}'),
    arrivedAtMs: 0,
    ...more,
  };
}
