// Where this program keeps what it knows between starts, and where runs go when nobody says.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { modelsFolderOf, stateFolderOf } from '#engine/engine'

export type Places = { readonly stateFolder: string; readonly defaultOutput: string; readonly modelsFolder: string }

/** Environment: SCENEWRIGHT_STATE, SCENEWRIGHT_OUTPUT and SCENEWRIGHT_MODELS come first, then the platform's custom. */
export function placesOf(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
  home: string = homedir(),
): Places {
  return {
    stateFolder: stateFolderOf({ env, platform, home }),
    modelsFolder: modelsFolderOf({ env, platform, home }),
    defaultOutput: env.SCENEWRIGHT_OUTPUT ? resolve(env.SCENEWRIGHT_OUTPUT) : join(home, 'scenewright-runs'),
  }
}
