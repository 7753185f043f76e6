import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { toSerinError } from '../../domain/errors.js';
import { readChildArguments, socketDescriptor } from './child-arguments.js';
import { encodeFrame } from './encode-frame.js';
import { FrameDecoder } from './frame-decoder.js';
import { FrameError, type Frame } from './frames.js';
import { loadOnnxSession, type OnnxSession } from './onnx-session.js';
import { Leak } from './leak.js';
import { warmUp } from './warm-up.js';

/**
 * The child process that holds one ONNX version. It loads and warms up, says `ready`, and answers
 * `infer` frames in their order; it ends with the process that started it.
 */

const { file, title, maxBatchSize, threads } = readChildArguments(process.argv);
process.title = title;

// Ctrl-C reaches every process of a terminal; this one goes when its gateway has drained it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

// Ends the process also when the gateway dies while a model spins in the main thread.
const lifeline = new Worker(new URL('./lifeline.js', import.meta.url));
lifeline.unref();

dieBeforeTheGatewayWhenMemoryIsShort();

const socket = new Socket({ fd: socketDescriptor });
const waiting: (Frame & { kind: 'infer' })[] = [];
let session: OnnxSession | undefined;
let running = false;
const leak = new Leak();

const decoder = new FrameDecoder((frame) => {
  if (frame.kind === 'leak') {
    leak.set(frame.mebibytesPerSecond);
    return;
  }
  if (frame.kind !== 'infer') throw new FrameError(`a runner is not sent "${frame.kind}"`);
  waiting.push(frame);
  if (!running) void answerAll();
});
socket.on('data', (chunk) => {
  decoder.push(chunk);
});
socket.on('error', () => process.exit(0));
socket.on('close', () => process.exit(0));

try {
  session = await loadOnnxSession(file, threads);
  const refusal = await warmUp(session, maxBatchSize);
  if (refusal !== undefined) console.error(`made-up rows to warm up were refused: ${refusal}`);
  send({ kind: 'ready', id: 0, signature: session.signature });
} catch (error) {
  sendFailure(0, error);
  socket.end();
}

/** Answers what is waiting, one after the other: the CPU is busy with one anyway. */
async function answerAll(): Promise<void> {
  running = true;
  for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) {
    await answer(frame.id, frame);
  }
  running = false;
}

async function answer(id: number, { tensors }: Frame & { kind: 'infer' }): Promise<void> {
  try {
    if (session === undefined) throw new FrameError('asked before it was ready');
    send({ kind: 'answer', id, tensors: await session.run(tensors) });
  } catch (error) {
    sendFailure(id, error);
  }
}

function send(frame: Frame): void {
  const pieces = encodeFrame(frame);
  if (pieces.length === 1) {
    for (const piece of pieces) socket.write(piece);
    return;
  }
  socket.cork();
  for (const piece of pieces) socket.write(piece);
  socket.uncork();
}

function sendFailure(id: number, thrown: unknown): void {
  const { code, words } = toSerinError(thrown);
  const { expected = '', found = thrown instanceof Error ? thrown.message : '' } = words;
  send({ kind: 'failure', id, code, expected, found });
}

/** Linux: a process may always offer itself to the out-of-memory killer. */
function dieBeforeTheGatewayWhenMemoryIsShort(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Another operating system, or not allowed here: a comfort only.
  }
}
