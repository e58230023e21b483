// Layouts with a name: those that a person keeps on one machine, beside those that are always there.
import { z } from 'zod'
import { type BuiltInLayout, builtInLayouts } from './built-in-layouts.ts'
import { Arrangement } from './dock-tree.ts'

export const NamedLayout = z.object({
  name: z.string().min(1).max(60),
  arrangement: Arrangement,
  /** Of the time dock, CSS pixels. */
  dockHeight: z.number().min(120).max(900),
})
export type NamedLayout = z.infer<typeof NamedLayout>
export const NamedLayouts = z.array(NamedLayout).max(60)

/** Kept under its name; one of the same name is replaced in its place. */
export function withLayout(layouts: readonly NamedLayout[], layout: NamedLayout): NamedLayout[] {
  const isThere = layouts.some((one) => one.name === layout.name)
  return isThere ? layouts.map((one) => (one.name === layout.name ? layout : one)) : [...layouts, layout]
}

export type FoundLayout = Pick<NamedLayout, 'name' | 'arrangement'> & { readonly dockHeight?: number | undefined }

/** Names of what is always there cannot be taken by another. */
export const builtInOfName = (name: string): BuiltInLayout | undefined => builtInLayouts.find((one) => one.name === name)

export function layoutOfName(layouts: readonly NamedLayout[], name: string): FoundLayout | undefined {
  return builtInOfName(name) ?? layouts.find((one) => one.name === name)
}

/** Whether the panels lie as the chosen layout says; sides that are folded or widened count as changes too. */
export function isAsNamed(settings: {
  readonly layout: Arrangement
  readonly layoutName: string
  readonly layouts: readonly NamedLayout[]
}): boolean {
  const named = layoutOfName(settings.layouts, settings.layoutName)
  return named !== undefined && JSON.stringify(named.arrangement) === JSON.stringify(settings.layout)
}

/** The name itself when it is free, else the first free one with a number behind it. */
export function freeName(layouts: readonly NamedLayout[], name: string): string {
  for (let count = 1; ; count += 1) {
    const tried = count === 1 ? name : `${name.slice(0, 55)} ${count}`
    if (!layoutOfName(layouts, tried)) return tried
  }
}
