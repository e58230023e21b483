// Where this program keeps what it knows between starts, and where runs go when nobody says.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export type Places = { readonly stateFolder: string; readonly defaultOutput: string; readonly modelsFolder: string }

/** Environment: SCENEWRIGHT_STATE, SCENEWRIGHT_OUTPUT and SCENEWRIGHT_MODELS come first, then the platform's custom. */
export function placesOf(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
  home: string = homedir(),
): Places {
  const stateFolder = env.SCENEWRIGHT_STATE ? resolve(env.SCENEWRIGHT_STATE) : stateByCustom(env, platform, home)
  return {
    stateFolder,
    modelsFolder: env.SCENEWRIGHT_MODELS ? resolve(env.SCENEWRIGHT_MODELS) : join(stateFolder, 'models'),
    defaultOutput: env.SCENEWRIGHT_OUTPUT ? resolve(env.SCENEWRIGHT_OUTPUT) : join(home, 'scenewright-runs'),
  }
}

function stateByCustom(env: Readonly<Record<string, string | undefined>>, platform: string, home: string): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Scenewright')
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'Scenewright')
  return join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'scenewright')
}
