// Opens the default browser of the person, where there is one and a screen to show it.
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** The command that opens an address, or undefined where none can. */
export function browserCommand(platform: string, env: Env, isProgram: (name: string) => boolean): readonly string[] | undefined {
  if (platform === 'darwin') return ['open']
  // The empty argument is the title that `start` would else take the address for.
  if (platform === 'win32') return ['cmd', '/c', 'start', '']
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined
  return isProgram('xdg-open') ? ['xdg-open'] : undefined
}

/** False when there is no browser to open. */
export function openBrowser(address: string): boolean {
  const command = browserCommand(process.platform, process.env, (name) => isInPath(name, process.env.PATH ?? ''))
  if (!command) return false
  const [program, ...args] = command
  const child = spawn(program!, [...args, address], { stdio: 'ignore', detached: true })
  // The link stands in the terminal anyway.
  child.on('error', () => {})
  child.unref()
  return true
}

function isInPath(name: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
