// The arrangement of panels as plain values: two sides and a centre, each a tree of splits with groups of tabs in its leaves.
import { z } from 'zod'

/** Panels that share one place; one of them is in sight. Only the root of a centre may be empty. */
export type DockGroup = { readonly kind: 'tabs'; readonly panels: readonly string[]; readonly active: string }
export type DockSplit = { readonly kind: 'split'; readonly axis: Axis; readonly parts: readonly DockPart[] }
export type DockNode = DockGroup | DockSplit
/** `share`: of the room of the split, above 0; the shares of a split sum up to 1 once it is tidy. */
export type DockPart = { readonly share: number; readonly node: DockNode }
export type Axis = 'row' | 'column'
/** `width` in CSS pixels; the window bounds it further. A side without a node takes no room. */
export type DockSide = { readonly width: number; readonly isOpen: boolean; readonly node?: DockNode | undefined }
export type Arrangement = { readonly left: DockSide; readonly centre: DockNode; readonly right: DockSide }
export type Region = keyof Arrangement
export const regions: readonly Region[] = ['left', 'centre', 'right']

const panelId = z.string().min(1).max(60)
/** Deeper than any person splits, and shallow enough that no file can exhaust a stack. */
const deepest = 8

function nodeSchema(depth: number): z.ZodType<DockNode> {
  const group = z.strictObject({ kind: z.literal('tabs'), panels: z.array(panelId).max(40), active: z.string().max(60) })
  if (depth === 0) return group
  const part = z.strictObject({ share: z.number().positive().finite(), node: nodeSchema(depth - 1) })
  const split = z.strictObject({ kind: z.literal('split'), axis: z.enum(['row', 'column']), parts: z.array(part).min(1).max(12) })
  return z.discriminatedUnion('kind', [group, split])
}
const Node = nodeSchema(deepest)
const Side = z.strictObject({ width: z.number().min(120).max(1200), isOpen: z.boolean(), node: Node.optional() })
export const Arrangement: z.ZodType<Arrangement> = z.strictObject({ left: Side, centre: Node, right: Side })

export const group = (...panels: readonly string[]): DockGroup => ({ kind: 'tabs', panels, active: panels[0] ?? '' })
export const split = (axis: Axis, ...parts: readonly (readonly [number, DockNode])[]): DockSplit => ({
  kind: 'split',
  axis,
  parts: parts.map(([share, node]) => ({ share, node })),
})

export function groupsOf(node: DockNode | undefined): readonly DockGroup[] {
  if (!node) return []
  return node.kind === 'tabs' ? [node] : node.parts.flatMap((part) => groupsOf(part.node))
}

export function nodeOf(arrangement: Arrangement, region: Region): DockNode | undefined {
  return region === 'centre' ? arrangement.centre : arrangement[region].node
}

export const panelsOf = (arrangement: Arrangement): readonly string[] =>
  regions.flatMap((region) => groupsOf(nodeOf(arrangement, region)).flatMap((one) => one.panels))

/** Without empty groups, splits of one, splits in splits of their own axis, panels that stand twice, and panels that `isKnown` denies. */
export function tidy(arrangement: Arrangement, isKnown: (panel: string) => boolean = () => true): Arrangement {
  const seen = new Set<string>()
  const keep = (panel: string) => {
    if (seen.has(panel) || !isKnown(panel)) return false
    seen.add(panel)
    return true
  }
  const side = (before: DockSide): DockSide => {
    const node = before.node && tidyNode(before.node, keep)
    return { width: before.width, isOpen: before.isOpen, ...(node ? { node } : {}) }
  }
  const left = side(arrangement.left)
  const centre = tidyNode(arrangement.centre, keep) ?? group()
  return { left, centre, right: side(arrangement.right) }
}

function tidyNode(node: DockNode, keep: (panel: string) => boolean): DockNode | undefined {
  if (node.kind === 'tabs') {
    const panels = node.panels.filter(keep)
    if (panels.length === 0) return undefined
    return { kind: 'tabs', panels, active: panels.includes(node.active) ? node.active : panels[0]! }
  }
  const parts = node.parts.flatMap(({ share, node: inner }): readonly DockPart[] => {
    const tidied = tidyNode(inner, keep)
    if (!tidied) return []
    if (tidied.kind === 'tabs' || tidied.axis !== node.axis) return [{ share, node: tidied }]
    return tidied.parts.map((part) => ({ share: part.share * share, node: part.node }))
  })
  if (parts.length < 2) return parts[0]?.node
  const sum = parts.reduce((total, part) => total + part.share, 0)
  // Dividing by a sum that is 1 but for rounding would change the last digit each time, and a layout would never be as it was named.
  if (Math.abs(sum - 1) < 1e-9) return { kind: 'split', axis: node.axis, parts }
  return { kind: 'split', axis: node.axis, parts: parts.map((part) => ({ ...part, share: part.share / sum })) }
}
