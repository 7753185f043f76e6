import { afterEach, expect, test, vi } from 'vitest';
import { GeneratedTraffic } from './generated-traffic.js';

afterEach(() => {
  vi.useRealTimers();
});

test('where nobody can say whether the demo is wanted, it ends, and the server goes on', async () => {
  vi.useFakeTimers();
  const traffic = new GeneratedTraffic({
    send: () => Promise.resolve(),
    isWanted: () => Promise.reject(new Error('the disk is gone')),
    random: () => 0.5,
  });
  expect(traffic.isRunning).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(traffic.isRunning).toBe(false);
});
