// Where a tip stands beside the pointer: inside the picture, and never over what lies in its lower right corner.

type Size = { readonly width: number; readonly height: number }
type Place = { readonly left: number; readonly top: number }

/** CSS pixels between the pointer and the tip. */
const gap = 16

/** All in CSS pixels of the picture's box. `corner`: left and top of what fills the lower right corner and stays in sight. */
export function tipPlace(pointer: { readonly x: number; readonly y: number }, tip: Size, room: Size, corner: Place | undefined): Place {
  const wide = room.width - tip.width - 4
  const high = room.height - tip.height - 4
  const after = { left: pointer.x + gap, top: pointer.y + gap }
  const before = { left: pointer.x - gap - tip.width, top: pointer.y - gap - tip.height }
  // On the other side of the pointer where there is no room: a tip pushed back would lie under it.
  const left = after.left <= wide ? after.left : Math.max(4, before.left)
  const top = after.top <= high ? after.top : Math.max(4, before.top)
  const covers = corner !== undefined && left + tip.width > corner.left - 4 && top + tip.height > corner.top - 4
  if (!covers) return { left, top }
  return before.top >= 4 ? { left, top: Math.min(before.top, corner.top - tip.height - 4) } : { left: Math.max(4, before.left), top }
}
