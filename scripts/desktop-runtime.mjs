// Electron's runtime for the scripts: where it is, and one quick try to fetch it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { at, findNode, say } from './project.mjs'

const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
const folder = at('node_modules', 'electron')

/** `{ executable }` or `{ reason }`. Only looks: asking the package itself would start a download. */
export function findDesktopRuntime() {
  if (!existsSync(folder)) return { reason: 'the electron package is not installed' }
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const executable = given ? join(given, name ?? names[process.platform] ?? 'electron') : name ? join(folder, 'dist', name) : undefined
  if (executable && existsSync(executable)) return { executable }
  return { reason: given ? `there is no Electron in ${given}` : "Electron's runtime is not on this machine" }
}

/** Why no window could be shown even with a runtime; undefined when one could. */
export function missingScreen() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  return process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY
    ? 'there is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set)'
    : undefined
}

const probeMs = 3000
const fetchMs = 300_000

/** Whether the place of Electron's releases answers within a few seconds; a download would hang far longer before it failed. */
async function isReachable() {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/'
  try {
    const answer = await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) })
    return answer.status < 500
  } catch {
    return false
  }
}

/** Finds the runtime, or fetches it once where that is possible. */
export async function obtainDesktopRuntime() {
  const found = findDesktopRuntime()
  if (found.executable || process.env.ELECTRON_OVERRIDE_DIST_PATH || !existsSync(folder)) return found
  if (!(await isReachable())) return { reason: `${found.reason}, and where it is fetched from does not answer` }
  say("Fetching Electron's runtime (about 120 MB, once).")
  const done = spawnSync(findNode(), [join(folder, 'install.js')], { stdio: 'pipe', timeout: fetchMs })
  if (done.status === 0) return findDesktopRuntime()
  const why = `${done.stderr ?? ''}`.split('\n', 1)[0] || (done.error?.message ?? 'no reason given')
  return { reason: `${found.reason}, and fetching it failed (${why})` }
}
