// `npm run bench:page [section …]`: builds, makes runs in a folder of its own, measures the pages in a browser; exits 1 when a figure falls short.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, build, ensureInstalled, findNode, findProgram, root } from './project.mjs'

ensureInstalled()
build()
const chromium = process.env.E2E_CHROMIUM ?? findProgram('chromium', 'google-chrome')
if (!chromium) {
  console.error('bench:page needs a browser: install chromium, or name one with E2E_CHROMIUM.')
  process.exit(2)
}
const scratch = mkdtempSync(join(tmpdir(), 'scenewright-bench-page-'))
const env = { ...process.env, SCENEWRIGHT_STATE: join(scratch, 'state'), SCENEWRIGHT_OUTPUT: join(scratch, 'runs') }
const args = [at('bench', 'page', 'main.ts'), chromium, scratch, ...process.argv.slice(2)]
const { status } = spawnSync(findNode(), args, { cwd: root, env, stdio: 'inherit' })
rmSync(scratch, { recursive: true, force: true })
process.exit(status ?? 1)
