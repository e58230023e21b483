// Changes of an arrangement, each a pure function that gives a tidy arrangement back: open, close, move, split, resize, fold.
import { type Arrangement, type DockNode, type DockSide, groupsOf, nodeOf, type Region, regions, tidy } from './dock-tree.ts'

export type Edge = 'left' | 'right' | 'top' | 'bottom'
/** Beside the group that holds `near`, or into it as a tab (`at`: its place among the tabs, else last); or a whole region. */
export type Spot = { readonly near: string; readonly edge?: Edge; readonly at?: number } | { readonly region: Region; readonly edge?: Edge }

export function isOpen(arrangement: Arrangement, panel: string): boolean {
  return regionOf(arrangement, panel) !== undefined
}

export function regionOf(arrangement: Arrangement, panel: string): Region | undefined {
  return regions.find((region) => groupsOf(nodeOf(arrangement, region)).some((one) => one.panels.includes(panel)))
}

export function closed(arrangement: Arrangement, panel: string): Arrangement {
  return tidy(arrangement, (one) => one !== panel)
}

/** Puts it in sight where it is: its tab in front, its side unfolded. */
export function brought(arrangement: Arrangement, panel: string): Arrangement {
  const region = regionOf(arrangement, panel)
  if (region === undefined) return arrangement
  const shown = mapped(arrangement, (node) => (node.kind === 'tabs' && node.panels.includes(panel) ? { ...node, active: panel } : node))
  return region === 'centre' || shown[region].isOpen ? shown : folded(shown, region)
}

/** Opens the panel there, or moves it there. A spot beside itself alone changes nothing. */
export function placed(arrangement: Arrangement, panel: string, spot: Spot): Arrangement {
  if ('near' in spot) {
    const target = regions.flatMap((region) => groupsOf(nodeOf(arrangement, region))).find((one) => one.panels.includes(spot.near))
    if (!target) return arrangement
    // The group that it leaves is known by a panel that stays.
    const anchor = spot.near === panel ? target.panels.find((one) => one !== panel) : spot.near
    if (anchor === undefined) return arrangement
    const from = target.panels.indexOf(panel)
    const at = spot.at !== undefined && from >= 0 && from < spot.at ? spot.at - 1 : spot.at
    return tidy(mapped(closed(arrangement, panel), (node) => besideAnchor(node, anchor, panel, spot.edge, at)))
  }
  return inRegion(closed(arrangement, panel), panel, spot.region, spot.edge)
}

function besideAnchor(node: DockNode, anchor: string, panel: string, edge: Edge | undefined, at: number | undefined): DockNode {
  if (node.kind !== 'tabs' || !node.panels.includes(anchor)) return node
  if (edge === undefined) {
    const where = at ?? node.panels.length
    return { kind: 'tabs', panels: [...node.panels.slice(0, where), panel, ...node.panels.slice(where)], active: panel }
  }
  return splitWith(node, panel, edge, 0.5)
}

function splitWith(node: DockNode, panel: string, edge: Edge, share: number): DockNode {
  const made = { share, node: { kind: 'tabs', panels: [panel], active: panel } } as const
  const kept = { share: 1 - share, node }
  return {
    kind: 'split',
    axis: edge === 'left' || edge === 'right' ? 'row' : 'column',
    parts: edge === 'left' || edge === 'top' ? [made, kept] : [kept, made],
  }
}

function inRegion(arrangement: Arrangement, panel: string, region: Region, edge: Edge | undefined): Arrangement {
  const node = nodeOf(arrangement, region)
  const alone: DockNode = { kind: 'tabs', panels: [panel], active: panel }
  const first = groupsOf(node).find((one) => one.panels.length > 0)
  const isEmpty = first === undefined
  const next =
    isEmpty || node === undefined
      ? alone
      : edge === undefined
        ? mapNode(node, (one) => besideAnchor(one, first.panels[0]!, panel, undefined, undefined))
        : splitWith(node, panel, edge, edge === 'top' || edge === 'bottom' ? 0.35 : 0.5)
  if (region === 'centre') return tidy({ ...arrangement, centre: next })
  return tidy({ ...arrangement, [region]: { ...arrangement[region], isOpen: true, node: next } })
}

export function folded(arrangement: Arrangement, side: 'left' | 'right'): Arrangement {
  const before: DockSide = arrangement[side]
  return { ...arrangement, [side]: { ...before, isOpen: !before.isOpen } }
}

/** `width` in CSS pixels. */
export function widened(arrangement: Arrangement, side: 'left' | 'right', width: number): Arrangement {
  return { ...arrangement, [side]: { ...arrangement[side], width: Math.round(Math.min(1200, Math.max(120, width))) } }
}

/** Moves the line between part `index` and the next one of the split at `path` (indices from the root of the region), by a share of that split. */
export function shifted(arrangement: Arrangement, region: Region, path: readonly number[], index: number, by: number): Arrangement {
  const node = nodeOf(arrangement, region)
  if (!node) return arrangement
  const change = (at: DockNode, rest: readonly number[]): DockNode => {
    if (at.kind !== 'split') return at
    const [head, ...tail] = rest
    if (head !== undefined)
      return { ...at, parts: at.parts.map((part, i) => (i === head ? { ...part, node: change(part.node, tail) } : part)) }
    const [before, after] = [at.parts[index], at.parts[index + 1]]
    if (!before || !after) return at
    const least = Math.min(0.05, before.share, after.share)
    const moved = Math.min(after.share - least, Math.max(least - before.share, by))
    return {
      ...at,
      parts: at.parts.map((part, i) =>
        i === index ? { ...part, share: part.share + moved } : i === index + 1 ? { ...part, share: part.share - moved } : part,
      ),
    }
  }
  const next = change(node, path)
  return region === 'centre' ? { ...arrangement, centre: next } : { ...arrangement, [region]: { ...arrangement[region], node: next } }
}

function mapped(arrangement: Arrangement, change: (node: DockNode) => DockNode): Arrangement {
  const side = (before: DockSide): DockSide => (before.node ? { ...before, node: mapNode(before.node, change) } : before)
  return { left: side(arrangement.left), centre: mapNode(arrangement.centre, change), right: side(arrangement.right) }
}

function mapNode(node: DockNode, change: (node: DockNode) => DockNode): DockNode {
  if (node.kind === 'tabs') return change(node)
  return { ...node, parts: node.parts.map((part) => ({ ...part, node: mapNode(part.node, change) })) }
}
