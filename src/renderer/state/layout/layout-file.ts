// Files of layouts: written for others, read with care. The format is described in docs/layouts.md.
import { z } from 'zod'
import { Fault, reasonOfError } from '#core/base/fault'
import { panelsOf, tidy } from './dock-tree.ts'
import { builtInOfName, freeName, type NamedLayout, NamedLayouts, withLayout } from './named-layouts.ts'

export const layoutFormat = 'scenewright.layout'
export const layoutVersion = 1

const LayoutFile = z.object({ format: z.literal(layoutFormat), version: z.literal(layoutVersion), layouts: NamedLayouts.min(1) })

export function textFromLayouts(layouts: readonly NamedLayout[]): string {
  return `${JSON.stringify({ format: layoutFormat, version: layoutVersion, layouts }, undefined, 2)}\n`
}

export type ReadLayouts = {
  readonly layouts: readonly NamedLayout[]
  /** Panels that no one here knows, each once: they are left out of the layouts. */
  readonly unknown: readonly string[]
}

/** Throws LAYOUT_FILE_UNREADABLE or LAYOUT_FILE_NEWER. */
export function layoutsFromText(text: string, file: string, isKnown: (panel: string) => boolean): ReadLayouts {
  const refuse = (reason: string) => new Fault('LAYOUT_FILE_UNREADABLE', { file, reason })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw refuse(`it is no JSON (${reasonOfError(error)})`)
  }
  const head = z.object({ format: z.literal(layoutFormat), version: z.number() }).safeParse(value)
  if (!head.success) throw refuse(`it does not begin with "format": "${layoutFormat}" and a "version"`)
  if (head.data.version > layoutVersion) throw new Fault('LAYOUT_FILE_NEWER', { file, found: head.data.version, known: layoutVersion })
  const read = LayoutFile.safeParse(value)
  if (!read.success) {
    const issue = read.error.issues[0]
    throw refuse(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'of another shape'}`)
  }
  const unknown = new Set(read.data.layouts.flatMap(({ arrangement }) => panelsOf(arrangement)).filter((panel) => !isKnown(panel)))
  return {
    layouts: read.data.layouts.map((layout) => ({ ...layout, arrangement: tidy(layout.arrangement, isKnown) })),
    unknown: [...unknown],
  }
}

/** Beside those that are kept: none is replaced, a name that is taken gets a number. Throws LAYOUT_TOO_MANY. */
export function withImported(kept: readonly NamedLayout[], read: readonly NamedLayout[], file: string): NamedLayout[] {
  let layouts = [...kept]
  for (const layout of read) {
    const same = layouts.find((one) => one.name === layout.name)
    if (same && JSON.stringify(same) === JSON.stringify(layout)) continue
    const isTaken = same !== undefined || builtInOfName(layout.name) !== undefined
    layouts = withLayout(layouts, isTaken ? { ...layout, name: freeName(layouts, layout.name) } : layout)
  }
  if (!NamedLayouts.safeParse(layouts).success) throw new Fault('LAYOUT_TOO_MANY', { file, found: read.length, most: mostLayouts })
  return layouts
}

const mostLayouts = 60
