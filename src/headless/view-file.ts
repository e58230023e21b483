// Reads the view that a picture is drawn by: a file the page wrote, with what the command line says instead.
import { readFileSync } from 'node:fs'
import { Fault, reasonOfError } from '#core/base/fault'
import { plainView, View } from '#core/view/view'

/** What of a view the command line can say; undefined leaves what the file has. */
export type ViewWords = { readonly [Key in keyof View]?: View[Key] | undefined }

/** Throws VIEW_INVALID for a file that is none, USAGE for words that fit no view. */
export function viewFrom(file: string | undefined, words: ViewWords): View {
  const base = file === undefined ? plainView : viewFromFile(file)
  const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
  const parsed = View.safeParse({ ...base, ...given })
  if (!parsed.success) throw new Fault('USAGE', { reason: reasonOf(parsed.error.issues) })
  return parsed.data
}

function viewFromFile(path: string): View {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Fault('VIEW_INVALID', { path, reason: reasonOfError(error) }, error)
  }
  const parsed = View.safeParse(value)
  if (!parsed.success) throw new Fault('VIEW_INVALID', { path, reason: reasonOf(parsed.error.issues) })
  return parsed.data
}

function reasonOf(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [first] = issues
  if (!first) return 'it has another shape'
  return first.path.length === 0 ? first.message : `${first.path.map(String).join('.')}: ${first.message}`
}
