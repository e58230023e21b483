// Whether Electron's runtime is on this machine; the package alone does not bring it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DoctorLine } from '#api/api'
import { projectRoot } from './entries.ts'

export type DesktopRuntime = { readonly executable: string } | { readonly reason: string }

/** Looks, never fetches: asking the electron package itself would start a download. */
export function findDesktopRuntime(
  root: string = projectRoot(),
  env: Readonly<Record<string, string | undefined>> = process.env,
): DesktopRuntime {
  const folder = join(root, 'node_modules', 'electron')
  if (!existsSync(folder)) return { reason: 'the electron package is not installed' }
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined
  const given = env.ELECTRON_OVERRIDE_DIST_PATH
  const executable = given ? join(given, name ?? executableName()) : name ? join(folder, 'dist', name) : undefined
  if (executable && existsSync(executable)) return { executable }
  return { reason: given ? `there is no Electron in ${given}` : "Electron's runtime was not fetched" }
}

function executableName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

export function desktopLines(): DoctorLine[] {
  const runtime = findDesktopRuntime()
  const line = { id: 'electron', title: 'Electron runtime' }
  if ('executable' in runtime) return [{ ...line, state: 'ok', found: runtime.executable }]
  return [
    {
      ...line,
      state: 'absent',
      found: runtime.reason,
      remedy: 'Run `npx install-electron` where its download server can be reached; without it the same pages open in a browser.',
    },
  ]
}
