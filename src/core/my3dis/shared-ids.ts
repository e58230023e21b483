// Lists of ids in the manifest of a video archive: most frames have the same one, which is then read and kept once.
import { IdList } from './masks/tracking-schema.ts'

export type SharedIds = {
  /** The same JSON with `["#0"]`, `["#1"]` … where the lists stood. */
  readonly text: string
  /** The list that stands for such a one; undefined for any other list. */
  readonly listOf: (objects: readonly string[]) => readonly string[] | undefined
}

/**
 * 300 frames of 336 objects are 100,800 ids, and one list of 336 of them. Undefined when the text has anything that could be mistaken
 * for what stands in, or a list is not one of plain ids: then it has to be read as it is.
 */
export function shareIds(text: string): SharedIds | undefined {
  if (text.includes('"#')) return undefined
  const places = new Map<string, number>()
  const short = text.replace(/"objects": ?\[([^[\]{}]*)\]/g, (_, ids: string) => {
    const place = places.get(ids) ?? places.size
    places.set(ids, place)
    return `"objects":["#${place}"]`
  })
  const lists: (readonly string[])[] = []
  for (const ids of places.keys()) {
    const list = listFrom(`[${ids}]`)
    if (list === undefined) return undefined
    lists.push(list)
  }
  return { text: short, listOf: ([first]) => (first?.startsWith('#') ? lists[Number(first.slice(1))] : undefined) }
}

function listFrom(text: string): readonly string[] | undefined {
  try {
    return IdList.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
