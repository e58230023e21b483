import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.mjs'],
    // Only against tests that hang: machines are shared, and no test asserts how long something takes.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Two cores: more workers than that only make the slow tests time out.
    maxWorkers: 2,
  },
})
