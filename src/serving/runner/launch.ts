import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { socketDescriptor, writeChildArguments, type ChildArguments } from './child-arguments.js';
import { childEnvironment } from './child-environment.js';

/** A child process that was just started, and the socket to it. */
export interface LaunchedChild {
  readonly process: ChildProcess;
  readonly socket: Socket;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/**
 * Starts a runner's child process. The socket is an unnamed pair of Unix domain sockets that the
 * child inherits: there is no file that another user could open, or that a crash could leave behind.
 * @throws Error when the operating system cannot start a process
 */
export function launchChild(args: ChildArguments, entry: string | URL | undefined): LaunchedChild {
  const script = fileURLToPath(entry ?? childEntry());
  const child = spawn(process.execPath, [...nodeFlags, script, ...writeChildArguments(args)], {
    // Standard input carries nothing: it closes when this process dies (lifeline.ts).
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: childEnvironment(),
    windowsHide: true,
  });
  const socket = child.stdio[socketDescriptor] as Socket;
  // A child that could not be started has no pid, says so in `error`, and has nothing else to say.
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    stream.on('error', () => undefined);
  }
  return { process: child, socket, stdout: child.stdout, stderr: child.stderr };
}

/** Tensors live outside the JavaScript heap, which stays small: less to keep, less to collect. */
const nodeFlags = ['--max-semi-space-size=1', '--v8-pool-size=1', '--no-warnings'];

/** Compiled code starts its neighbour; TypeScript sources (tests) start what was compiled of them. */
function childEntry(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('../../../dist/src/serving/runner/child.js', import.meta.url)
    : new URL('./child.js', import.meta.url);
}
