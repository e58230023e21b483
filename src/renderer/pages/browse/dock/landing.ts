// Where a dragged tab lands: among the tabs under the pointer, in a half of the group under it, or in a side that is not there yet.
import type { Spot } from '../../../state/layout/dock-moves.ts'
import type { PlacedGroup, Places, Rect } from '../../../state/layout/dock-places.ts'

export type Landing = { readonly spot: Spot; readonly rect: Rect }
type Point = { readonly x: number; readonly y: number }

/** Tabs are this high, CSS pixels. */
const tabs = 28
/** So near to the window's edge, a side is made where there is none. */
const border = 20
const madeWidth = 260

/** Undefined where a drop would change nothing. Points and sizes in CSS pixels from the upper left corner of the dock. */
export function landingAt(
  places: Places,
  panel: string,
  at: Point,
  size: { readonly width: number; readonly height: number },
): Landing | undefined {
  const has = (region: 'left' | 'right') => places.groups.some((one) => one.region === region)
  const isAlone = places.groups.some((one) => one.group.panels.length === 1 && one.group.panels[0] === panel)
  if (at.x >= 0 && at.x < border && !has('left'))
    return { spot: { region: 'left' }, rect: { left: 0, top: 0, width: madeWidth, height: size.height } }
  if (at.x <= size.width && at.x > size.width - border && !has('right'))
    return { spot: { region: 'right' }, rect: { left: size.width - madeWidth, top: 0, width: madeWidth, height: size.height } }
  const over = places.groups.find(({ rect }) => isIn(rect, at))
  if (!over) return undefined
  const isOwn = over.group.panels.includes(panel)
  if (isOwn && isAlone) return undefined
  const near = over.group.panels.find((one) => one !== panel)
  if (near === undefined) return { spot: { region: over.region }, rect: over.rect }
  if (at.y < over.rect.top + tabs) return { spot: { near }, rect: { ...over.rect, height: Math.min(tabs, over.rect.height) } }
  const edge = edgeAt(over, at)
  if (edge === undefined) return isOwn ? undefined : { spot: { near }, rect: over.rect }
  return { spot: { near, edge }, rect: halfOf(over.rect, edge) }
}

const isIn = ({ left, top, width, height }: Rect, { x, y }: Point) => x >= left && x < left + width && y >= top && y < top + height

type Edge = 'left' | 'right' | 'top' | 'bottom'

/** The nearest edge when the pointer is within the outer quarter, else undefined: the middle is for tabs. */
function edgeAt({ rect }: PlacedGroup, { x, y }: Point): Edge | undefined {
  const height = Math.max(1, rect.height - tabs)
  const across = (x - rect.left) / Math.max(1, rect.width)
  const down = (y - rect.top - tabs) / height
  const distances: readonly (readonly [Edge, number])[] = [
    ['left', across],
    ['right', 1 - across],
    ['top', down],
    ['bottom', 1 - down],
  ]
  const [edge, distance] = distances.reduce((best, one) => (one[1] < best[1] ? one : best))
  return distance < 0.25 ? edge : undefined
}

function halfOf(rect: Rect, edge: Edge): Rect {
  const [width, height] = [Math.round(rect.width / 2), Math.round(rect.height / 2)]
  if (edge === 'left') return { ...rect, width }
  if (edge === 'right') return { ...rect, left: rect.left + rect.width - width, width }
  if (edge === 'top') return { ...rect, height }
  return { ...rect, top: rect.top + rect.height - height, height }
}
