// The names of classes as exporters write them into the metadata of a network: a dictionary of Python, as text.

/**
 * "{0: 'person', 1: \"traffic light\"}" as names by index. Undefined when the text is no such dictionary, or an index from 0 up is
 * missing: a list with holes would give things the wrong name.
 */
export function classNamesFrom(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || !/^\s*\{[\s\S]*\}\s*$/.test(text)) return undefined
  const names = new Map<number, string>()
  const entry = /\s*(\d{1,6})\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|$)/y
  const inner = text.trim().slice(1, -1).trim()
  while (entry.lastIndex < inner.length) {
    const found = entry.exec(inner)
    if (!found) return undefined
    names.set(Number(found[1]), (found[2] ?? found[3] ?? '').replace(/\\(.)/g, '$1'))
  }
  const list = Array.from({ length: names.size }, (_, index) => names.get(index))
  return names.size > 0 && list.every((name) => name !== undefined) ? list : undefined
}
