import { readProcessUsage } from './process-usage.js';

const pollEveryMs = 100;

/**
 * Watches a process's resident memory, several times a second.
 * @param onOver is called once, with what the process had, when that is more than the limit
 * @returns ends the watch
 */
export function watchMemory(
  pid: number,
  limitBytes: number,
  onOver: (residentBytes: number) => void,
): () => void {
  let watching = true;
  const timer = setInterval(() => void look(), pollEveryMs);
  timer.unref();
  return stop;

  async function look(): Promise<void> {
    const usage = await readProcessUsage(pid);
    if (!watching || usage === undefined || usage.residentBytes <= limitBytes) return;
    stop();
    onOver(usage.residentBytes);
  }

  function stop(): void {
    watching = false;
    clearInterval(timer);
  }
}

/** Bytes as people read them: `512 MiB`. */
export function formatMebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
