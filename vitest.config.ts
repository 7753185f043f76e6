import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests of real processes share two cores: more files at once would only wait for each other.
    maxWorkers: 2,
    globalSetup: ['test/temporary-folder.ts', 'test/build-once.ts'],
  },
});
