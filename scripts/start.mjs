// `npm start`: from a fresh clone to an open application; in a window where Electron can be had, else in a browser.
import { missingScreen, obtainDesktopRuntime } from './desktop-runtime.mjs'
import { at, ensureBuilt, ensureInstalled, runChild, runCli, say, tellRefusals } from './project.mjs'

/** A window that closes with an error this soon was never there: libraries are missing, or the sandbox is refused. */
const startedMs = 5000

/** Opens the desktop program and waits for its end; gives the reason when there is none. */
async function openDesktop() {
  const screen = missingScreen()
  if (screen) return screen
  const { executable, reason } = await obtainDesktopRuntime()
  if (!executable) return reason
  // Electron refuses its sandbox for root on Linux; pages stay isolated from Node all the same.
  const flags = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const begun = Date.now()
  const code = await runChild(executable, [...flags, at('.')])
  if (code !== 0 && Date.now() - begun < startedMs) return `Electron ended at once (code ${code})`
  process.exitCode = code
  return undefined
}

await tellRefusals(async () => {
  const words = process.argv.slice(2)
  ensureInstalled()
  ensureBuilt()
  // Words for the server mean that the server is wanted.
  const reason = words.length > 0 ? 'options for the server were given' : await openDesktop()
  if (reason === undefined) return
  say(`Opening in a browser instead of a window: ${reason}.`)
  await runCli(['serve', '--open', ...words.filter((word) => word !== '--browser')])
})
