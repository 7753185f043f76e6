import { fileURLToPath } from 'node:url';
import { repositoryFile } from './repository-file.js';
import { startSerin } from './serin.js';
import { startServer, type Server } from './server.js';

/** One of the servers that are compared. */
export interface Contestant {
  readonly name: string;
  readonly server: Server;
  /** All processes that work on a request. */
  readonly pids: readonly number[];
}

export const names = {
  r1: 'R1: FastAPI, uvicorn, scikit-learn',
  r1Logging: 'R1 with its access log, as uvicorn comes',
  node: 'bare node:http, a constant',
  serin: 'Serin, stable only',
  serinCanary: 'Serin, a canary at 10%',
} as const;

/** Starts all of them; what is idle costs the one under load next to nothing. */
export async function startContestants(): Promise<readonly Contestant[]> {
  const r1 = fileURLToPath(repositoryFile('bench/peers/r1/app.py'));
  const node = fileURLToPath(repositoryFile('bench/peers/bare-node.js'));
  const alone = await startSerin();
  const split = await startSerin();
  await split.deployCanary(10);
  return [
    peer(names.r1, await startServer('/usr/bin/python3', (port) => [r1, port])),
    peer(names.r1Logging, await startServer('/usr/bin/python3', (port) => [r1, port, '--log'])),
    peer(names.node, await startServer(process.execPath, (port) => [node, port])),
    { name: names.serin, server: alone, pids: await alone.pids() },
    { name: names.serinCanary, server: split, pids: await split.pids() },
  ];
}

function peer(name: string, server: Server): Contestant {
  return { name, server, pids: [server.pid] };
}
