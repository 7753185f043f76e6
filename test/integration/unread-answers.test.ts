import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { writeVersion } from '../models/typed-models.js';
import { repeatingModel } from '../onnx/models.js';
import { newFolder, startTestServer, type TestServer } from './running-server.js';

const models = newFolder();
// An answer of 16 MB, which is more than the system keeps for a client.
writeVersion(models, 'm', '1', repeatingModel(4_000_000));

const body = JSON.stringify({
  inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [7] }],
  parameters: { binary_data_output: true },
});
const headers = [
  'POST /v2/models/m/infer HTTP/1.1',
  'Host: localhost',
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
];

/** The server's side of connections: it runs in the process of this test. */
const accepted: Socket[] = [];
subscribe('net.server.socket', (message) => {
  accepted.push((message as { readonly socket: Socket }).socket);
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ modelRoots: [models], receiveTimeoutMs: 1_000 });
});

test.each([
  ['of the hot lane', headers],
  ["of node's lane", [...headers, 'TE: trailers']],
])('a client %s that does not read its answer is cut off', async (_lane, head) => {
  const client = await stuckClient(head);
  const { localPort } = client;
  const side = accepted.find(({ remotePort }) => remotePort === localPort);
  await expect.poll(() => side?.destroyed, { timeout: 20_000 }).toBe(true);
  client.destroy();
});

test('a client that does not read its answer does not keep the server from ending', async () => {
  const client = await stuckClient(headers);
  await server.close();
  client.destroy();
});

/** A client that stops reading when its answer has begun. */
async function stuckClient(head: readonly string[]): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const client = connect(Number(port), hostname);
  // That the server closes the connection is what is tested.
  client.on('error', () => undefined);
  client.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  const [beginning] = (await once(client, 'data')) as [Buffer];
  client.pause();
  expect(beginning.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
  return client;
}
