// `npm run smoke:desktop`: the desktop program through the demo, where an Electron runtime is; elsewhere it says that it did not run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDesktopRuntime, missingScreen } from './desktop-runtime.mjs'
import { at, ensureBuilt, ensureInstalled, tellRefusals } from './project.mjs'

await tellRefusals(async () => {
  ensureInstalled()
  const { executable, reason } = findDesktopRuntime()
  const why = reason ?? missingScreen()
  if (why) {
    console.log(`desktop: not run (${why})`)
    return
  }
  ensureBuilt()
  const { _electron } = await import('@playwright/test')
  const folder = mkdtempSync(join(tmpdir(), 'scenewright-smoke-'))
  const root = process.platform === 'linux' && process.getuid?.() === 0
  const program = await _electron.launch({
    executablePath: executable,
    args: [...(root ? ['--no-sandbox'] : []), `--user-data-dir=${join(folder, 'state')}`, at('.')],
    env: { ...process.env, SCENEWRIGHT_OUTPUT: join(folder, 'runs') },
  })
  try {
    const page = await program.firstWindow()
    const isolated = await page.evaluate(() => typeof globalThis.require === 'undefined' && typeof globalThis.process === 'undefined')
    if (!isolated) throw new Error('the page can reach Node')
    await page.getByRole('button', { name: /demo scene/i }).click()
    await page
      .getByText(/succeeded/i)
      .first()
      .waitFor({ timeout: 300_000 })
    console.log('desktop: passed (started, demo run succeeded)')
  } finally {
    await program.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
