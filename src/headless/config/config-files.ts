// Configuration from files: YAML of ours or of My3DIS as layers, and the .env of the working folder.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import { Fault, reasonOfError } from '#core/base/fault'
import { type EnvironmentLayer, environmentLayer, variablesFromText } from '#core/config/config-environment'
import { type ConfigLayer, type ConfigProblem, isTree } from '#core/config/config-problem'
import { isMy3disConfig, my3disConfig } from '#core/config/my3dis-config'

export type YamlFile = {
  readonly isMy3dis: boolean
  /** What the file's program does when the file says nothing; weaker than a preset. */
  readonly standards: readonly ConfigLayer[]
  readonly layer: ConfigLayer
  readonly problems: readonly ConfigProblem[]
}

/** `name` is the file as the person gave it, from `folder`; it is the source of each value. Throws USAGE. */
export function readYamlFile(name: string, folder: string): YamlFile {
  const wrong = (reason: string, cause?: unknown) => new Fault('USAGE', { reason: `--config: ${name} ${reason}.` }, cause)
  let text: string
  try {
    text = readFileSync(resolve(folder, name), 'utf8')
  } catch (error) {
    throw wrong(`cannot be read (${reasonOfError(error)})`, error)
  }
  const parsedAs = (version: '1.1' | '1.2'): unknown => {
    try {
      return parse(text, { version, merge: true }) as unknown
    } catch (error) {
      throw wrong(`is no YAML (${reasonOfError(error)})`, error)
    }
  }
  const parsed = parsedAs('1.2')
  if (!isTree(parsed)) throw wrong('holds no settings')
  if (!isMy3disConfig(parsed))
    return { isMy3dis: false, standards: [], layer: { origin: 'yaml', source: name, values: parsed }, problems: [] }
  // Python reads YAML 1.1, where yes and on are switches.
  const older = parsedAs('1.1')
  const { standards, layer, problems } = my3disConfig(isTree(older) ? older : parsed, name)
  return { isMy3dis: true, standards: [standards], layer, problems }
}

export function yamlText(values: unknown): string {
  return stringify(values, { lineWidth: 120, flowCollectionPadding: false })
}

/** The .env of a folder, if it has one. A line that is no setting is a warning. Throws USAGE when it cannot be read. */
export function readEnvFile(folder: string): EnvironmentLayer | undefined {
  const path = join(folder, '.env')
  if (!existsSync(path)) return undefined
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Fault('USAGE', { reason: `${path} cannot be read (${reasonOfError(error)}).` }, error)
  }
  const { variables, wrongLines } = variablesFromText(text)
  const { layer, problems } = environmentLayer(variables, '.env')
  const wrong = wrongLines.map((line): ConfigProblem => {
    const message = `Line ${line} of .env has no effect: it is not of the form NAME=value.`
    return { severity: 'warning', kind: 'invalid', path: '.env', message }
  })
  return { layer, problems: [...wrong, ...problems] }
}

/** Names of the scenes in a folder, in order: folders named scene_*, else all folders (My3DIS 2.5); hidden ones are none. Throws SCENE_NOT_FOUND, FOLDER_NOT_READABLE. */
export function listSceneFolders(root: string): readonly string[] {
  try {
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.'))
      .filter((entry) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(root, entry.name))))
      .map(({ name }) => name)
      .sort()
    const named = folders.filter((name) => name.startsWith('scene_'))
    return named.length > 0 ? named : folders
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new Fault('SCENE_NOT_FOUND', { path: root }, error)
    throw new Fault('FOLDER_NOT_READABLE', { path: root, reason: reasonOfError(error) }, error)
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
