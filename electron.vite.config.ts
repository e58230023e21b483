// One build for all programs: desktop, engine, worker, headless entries, the thread of a network, preload and pages.
import { resolve } from 'node:path'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const at = (path: string) => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    build: {
      externalizeDeps: true,
      rollupOptions: {
        input: {
          index: at('src/main/index.ts'),
          'engine-entry': at('src/main/engine-entry.ts'),
          'worker-entry': at('src/main/worker-entry.ts'),
          cli: at('src/headless/cli.ts'),
          'headless-engine': at('src/headless/engine-entry.ts'),
          'headless-worker': at('src/headless/worker-entry.ts'),
          'headless-track': at('src/headless/track-entry.ts'),
          'model-thread': at('src/worker/inference/model-thread-entry.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: { rollupOptions: { input: { index: at('src/preload/index.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } } },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [react(), tailwind()],
    build: { minify: true, rollupOptions: { input: { index: at('src/renderer/index.html') } } },
  },
})
