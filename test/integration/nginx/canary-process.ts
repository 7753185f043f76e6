import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A canary in a process of its own, which can be killed; resolves when it listens. */
export async function startCanary(port: number): Promise<ChildProcess> {
  const script = `require('node:http').createServer((q, a) => a.end('canary'))
    .listen(${port}, '127.0.0.1', () => console.log('ready'))`;
  const started = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(started.stdout, 'data');
  return started;
}
