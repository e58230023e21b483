// Where programs of this person keep what they know between starts, by the custom of each system; command line and desktop share models.
import { join, resolve } from 'node:path'

export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  /** Home folder of the person. */
  readonly home: string
}

/** SCENEWRIGHT_STATE, else the platform's custom. */
export function stateFolderOf({ env, platform, home }: Surroundings): string {
  if (env.SCENEWRIGHT_STATE) return resolve(env.SCENEWRIGHT_STATE)
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Scenewright')
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'Scenewright')
  return join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'scenewright')
}

/** SCENEWRIGHT_MODELS, else the folder `models` of the state folder: one store, whichever program asks. */
export function modelsFolderOf(surroundings: Surroundings): string {
  const { env } = surroundings
  return env.SCENEWRIGHT_MODELS ? resolve(env.SCENEWRIGHT_MODELS) : join(stateFolderOf(surroundings), 'models')
}

/** What was measured of models, beside the rest of the state. */
export function benchFolderOf(stateFolder: string): string {
  return join(stateFolder, 'model-benches')
}
