// End-to-end tests in real Chromium; the desktop project exists only where Electron's runtime does.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { defineConfig } from '@playwright/test'
import { findDesktopRuntime } from '../src/headless/desktop-runtime.ts'

const root = join(import.meta.dirname, '..')

function findChromium(): string | undefined {
  if (process.env.E2E_CHROMIUM) return process.env.E2E_CHROMIUM
  const folders = (process.env.PATH ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file))
}

const executablePath = findChromium()
const hasDesktop = 'executable' in findDesktopRuntime(root)

export default defineConfig({
  testDir: join(root, 'e2e', 'specs'),
  outputDir: join(root, 'test-results'),
  // Two cores: a run under test needs both.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  // `npm test` names every test that needed its second try.
  retries: 1,
  reporter: [['list']],
  use: {
    // A click that cannot happen is told soon, and not when the whole test runs out of time.
    actionTimeout: 40_000,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--use-gl=angle',
        '--use-angle=gl-egl',
        '--ignore-gpu-blocklist',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'browser', testIgnore: /\.desktop\.spec\.ts$/ },
    ...(hasDesktop ? [{ name: 'desktop', testIgnore: /\.browser\.spec\.ts$/ }] : []),
  ],
})
