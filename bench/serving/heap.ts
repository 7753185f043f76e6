import { once } from 'node:events';
import { WebSocket } from 'undici';

/** A process of Node that was started with `--inspect`, as a debugger sees it. */
export interface InspectedHeap {
  /**
   * Bytes in use after everything that nobody refers to was collected: the heap of JavaScript, and
   * what its objects hold outside of it, such as buffers.
   */
  usedBytes(): Promise<number>;
  close(): void;
}

/** Attaches to the debugger's port of a process (Chrome DevTools Protocol). */
export async function inspectHeap(port: string): Promise<InspectedHeap> {
  const listed = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await listed.json()) as { webSocketDebuggerUrl: string }[];
  if (target === undefined) throw new Error(`nothing to debug at port ${port}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await once(socket, 'open');
  let calls = 0;
  const call = async (method: string, params = {}): Promise<unknown> => {
    const id = ++calls;
    const answered = new Promise<unknown>((resolve) => {
      const listen = ({ data }: { data: unknown }): void => {
        const answer = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (answer.id !== id) return;
        socket.removeEventListener('message', listen);
        resolve(answer.result);
      };
      socket.addEventListener('message', listen);
    });
    socket.send(JSON.stringify({ id, method, params }));
    return answered;
  };
  return {
    usedBytes: async () => {
      await call('HeapProfiler.collectGarbage');
      const { usedSize } = (await call('Runtime.getHeapUsage')) as { usedSize: number };
      const { result } = (await call('Runtime.evaluate', {
        expression: 'process.memoryUsage().external',
      })) as { result: { value: number } };
      return usedSize + result.value;
    },
    close: () => socket.close(),
  };
}
