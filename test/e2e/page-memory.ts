import type { CDPSession, Page } from 'playwright-core';

/** What a page holds, after its garbage was collected. */
export interface PageMemory {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** Looks at the memory of a page by Chromium's own instruments. */
export class PageMemoryMeter {
  private constructor(private readonly session: CDPSession) {}

  static async of(page: Page): Promise<PageMemoryMeter> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await session.send('HeapProfiler.enable');
    return new PageMemoryMeter(session);
  }

  async read(): Promise<PageMemory> {
    // What is freed may free more: once is not always enough.
    for (let i = 0; i < 3; i += 1) await this.session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.session.send('Performance.getMetrics');
    const valueOf = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
    return {
      heapBytes: valueOf('JSHeapUsedSize'),
      nodes: valueOf('Nodes'),
      listeners: valueOf('JSEventListeners'),
    };
  }
}
