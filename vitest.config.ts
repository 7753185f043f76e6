import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const common = { testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    // Tests of real processes share the cores: more files at once would only wait for each other.
    maxWorkers: Math.max(2, availableParallelism()),
    globalSetup: ['test/temporary-folder.ts', 'test/build-once.ts'],
    projects: [
      {
        // They leave nothing behind that another one could meet, and most of their time is loading.
        test: { name: 'parts', ...common, include: ['src/**/*.test.ts'], isolate: false },
      },
      {
        test: { name: 'whole', ...common, include: ['test/**/*.test.ts', 'examples/**/*.test.ts'] },
      },
    ],
  },
});
