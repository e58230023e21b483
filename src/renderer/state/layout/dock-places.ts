// Where each group and each line between groups lies in a window of a given size. CSS pixels.
import type { Arrangement, Axis, DockGroup, DockNode, Region } from './dock-tree.ts'

export type Rect = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }
export type PlacedGroup = { readonly group: DockGroup; readonly region: Region; readonly rect: Rect }
export type PlacedLine = {
  readonly region: Region
  /** Of the split in its region; undefined: the edge of a side. */
  readonly path?: readonly number[]
  readonly index: number
  readonly axis: Axis
  /** One pixel thin: the hairline itself. */
  readonly rect: Rect
  /** Length of the split along its axis, for turning pixels into shares. */
  readonly room: number
  /** How much of the room lies before the line, 0 to 1. */
  readonly share: number
}
export type Places = { readonly groups: readonly PlacedGroup[]; readonly lines: readonly PlacedLine[] }

/** The picture keeps at least this much when sides are wide and the window is narrow. */
export const leastCentre = 320

export function placesOf(arrangement: Arrangement, width: number, height: number): Places {
  const groups: PlacedGroup[] = []
  const lines: PlacedLine[] = []
  const wanted = (side: 'left' | 'right') => (arrangement[side].isOpen && arrangement[side].node ? arrangement[side].width : 0)
  const sum = wanted('left') + wanted('right')
  const room = Math.max(0, width - leastCentre)
  const squeeze = sum > room && sum > 0 ? room / sum : 1
  const [leftWidth, rightWidth] = [Math.floor(wanted('left') * squeeze), Math.floor(wanted('right') * squeeze)]
  const lay = (node: DockNode, region: Region, path: readonly number[], rect: Rect): void => {
    if (node.kind === 'tabs') {
      groups.push({ group: node, region, rect })
      return
    }
    const along = node.axis === 'row' ? rect.width : rect.height
    let before = 0
    for (const [index, part] of node.parts.entries()) {
      const isLast = index === node.parts.length - 1
      const from = Math.round(before * along)
      const to = isLast ? along : Math.round((before + part.share) * along)
      before += part.share
      // A hairline between two parts takes its pixel from the first.
      const length = Math.max(0, to - from - (isLast ? 0 : 1))
      lay(
        part.node,
        region,
        [...path, index],
        node.axis === 'row' ? { ...rect, left: rect.left + from, width: length } : { ...rect, top: rect.top + from, height: length },
      )
      if (isLast) continue
      const line = node.axis === 'row' ? { ...rect, left: rect.left + to - 1, width: 1 } : { ...rect, top: rect.top + to - 1, height: 1 }
      lines.push({ region, path, index, axis: node.axis, rect: line, room: along, share: before })
    }
  }
  const centre = { left: leftWidth, top: 0, width: Math.max(0, width - leftWidth - rightWidth), height }
  if (leftWidth > 0 && arrangement.left.node) {
    lay(arrangement.left.node, 'left', [], { left: 0, top: 0, width: leftWidth - 1, height })
    lines.push(edgeOf('left', { left: leftWidth - 1, top: 0, width: 1, height }, width, leftWidth))
  }
  lay(arrangement.centre, 'centre', [], centre)
  if (rightWidth > 0 && arrangement.right.node) {
    lines.push(edgeOf('right', { left: width - rightWidth, top: 0, width: 1, height }, width, width - rightWidth))
    lay(arrangement.right.node, 'right', [], { left: width - rightWidth + 1, top: 0, width: rightWidth - 1, height })
  }
  return { groups, lines }
}

const edgeOf = (region: Region, rect: Rect, width: number, at: number): PlacedLine => ({
  region,
  index: 0,
  axis: 'row',
  rect,
  room: width,
  share: width > 0 ? at / width : 0,
})
