// `npm start`: installs, builds, and opens the app: in an Electron window where its runtime is there or can be fetched, else in the browser.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureReady, projectEnvironment, projectNode, root } from './ready.mjs'

/** A machine that cannot reach the download server should not wait for it longer than this. */
const fetchLimitMs = 20_000

ensureReady()
const runtime = findElectron() ?? fetchElectron()
if (typeof runtime === 'object') hand([join(root, 'out', 'main', 'cli.js'), 'serve', '--open', ...process.argv.slice(2)], projectNode(), `No window: ${runtime.reason}. Serving the same pages to a browser.`)
else hand([root, ...process.argv.slice(2)], runtime)

function electronFolder() {
  return join(root, 'node_modules', 'electron')
}

function findElectron() {
  const note = join(electronFolder(), 'path.txt')
  if (!existsSync(note)) return undefined
  const executable = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronFolder(), 'dist'), readFileSync(note, 'utf8').trim())
  return existsSync(executable) ? executable : undefined
}

/** Tries once, quietly; gives the executable or the reason why there is none. */
function fetchElectron() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { reason: 'this machine has no screen for Electron (no DISPLAY)' }
  const installer = join(electronFolder(), 'install.js')
  if (!existsSync(installer)) return { reason: 'the electron package is not installed' }
  console.error("Fetching Electron's runtime …")
  const { error, stderr, status } = spawnSync(projectNode(), [installer], { cwd: electronFolder(), timeout: fetchLimitMs, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
  const found = findElectron()
  if (found) return found
  if (error && 'code' in error && error.code === 'ETIMEDOUT') return { reason: `Electron's runtime could not be fetched in ${fetchLimitMs / 1000} s` }
  const why = /(ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|HTTPError[^\n]*|403|404)/.exec(stderr ?? '')
  return { reason: `Electron's runtime could not be fetched (${why ? why[1] : `its installer ended with ${status}`})` }
}

function hand(args, program, line) {
  if (line) console.error(line)
  const child = spawn(program, args, { stdio: 'inherit', env: projectEnvironment() })
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 143 : (code ?? 1)))
}
