// Which scenes of a folder are run: all, some by name, or a range in the order of the folder (My3DIS 2.5).
import type { SceneSpec } from './launch-settings.ts'

export type SceneChoice =
  | { readonly names: readonly string[]; readonly problem?: undefined }
  | { readonly names?: undefined; readonly problem: string }

const wildcard = /^(all|\*|__all__)$/i

/**
 * `found` in the order of the folder. Names stay in the order they are given, each once; from and to (both included) cut the order
 * of the folder and give its order. The problem is a whole sentence that lists everything missing.
 */
export function selectScenes(found: readonly string[], spec: Pick<SceneSpec, 'names' | 'from' | 'to'>): SceneChoice {
  const tokens = typeof spec.names === 'string' ? [spec.names] : spec.names
  const wanted = [...new Set(tokens.flatMap((token) => (wildcard.test(token.trim()) ? found : [token.trim()])))]
  const missing = [...wanted, spec.from, spec.to].filter((name) => name !== '' && !found.includes(name))
  if (missing.length > 0) return { problem: `${missingWords([...new Set(missing)])} among ${foundWords(found)}.` }
  const from = spec.from === '' ? 0 : found.indexOf(spec.from)
  const to = spec.to === '' ? found.length - 1 : found.indexOf(spec.to)
  if (spec.from !== '' && spec.to !== '' && from > to)
    return { problem: `The first scene ${spec.from} comes after the last, ${spec.to}, in the order of the folder.` }
  const isCut = spec.from !== '' || spec.to !== ''
  const names = isCut ? found.slice(from, to + 1).filter((name) => wanted.includes(name)) : wanted
  if (found.length === 0) return { problem: 'The folder of scenes holds no scene.' }
  return names.length > 0 ? { names } : { problem: 'No scene is chosen: none of the names lies between the first and the last.' }
}

const missingWords = (names: readonly string[]) =>
  names.length === 1 ? `The scene ${names[0]} is not` : `The scenes ${names.join(', ')} are not`

function foundWords(found: readonly string[]): string {
  if (found.length === 0) return 'the scenes of the folder, which has none'
  const some = found.slice(0, 10).join(', ')
  return found.length > 10 ? `the ${found.length} scenes of the folder (${some}, ...)` : `the scenes of the folder: ${some}`
}

/** `all`, `a,b` or `from..to` as a person writes it in an option; from or to may be missing. undefined when it is none of these. */
export function sceneSpecFromText(text: string): Partial<Pick<SceneSpec, 'names' | 'from' | 'to'>> | undefined {
  const range = /^\s*([^,]*?)\s*\.\.\s*([^,]*?)\s*$/.exec(text)
  if (range) return range[1] === '' && range[2] === '' ? undefined : { names: 'all', from: range[1] ?? '', to: range[2] ?? '' }
  const names = text.split(',').map((name) => name.trim())
  if (names.some((name) => name === '')) return undefined
  return { names: names.length === 1 ? names[0]! : names, from: '', to: '' }
}
