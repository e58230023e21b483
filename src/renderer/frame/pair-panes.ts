// How a canvas is cut into panes, one for each answer that is shown.
import type { Point, Size } from './viewport.ts'

export type PaneMode = 'side' | 'wipe' | 'onion' | 'one' | 'difference'
export type Pane = Size & { readonly left: number; readonly top: number }

/** CSS pixels between panes. */
export const paneGap = 2

/**
 * Boxes in CSS pixels, row by row. Two lie beside each other, always; three and four in the rows that show the picture largest, of equals
 * in fewer rows.
 */
export function panesOf(count: number, canvas: Size, picture: Size): readonly Pane[] {
  const columns = count <= 2 ? count : bestColumns(count, canvas, picture)
  const rows = Math.ceil(count / columns)
  const width = (canvas.width - paneGap * (columns - 1)) / columns
  const height = (canvas.height - paneGap * (rows - 1)) / rows
  return Array.from({ length: count }, (_, index) => {
    const [left, top] = [(index % columns) * (width + paneGap), Math.floor(index / columns) * (height + paneGap)]
    return { left, top, width, height }
  })
}

function bestColumns(count: number, canvas: Size, picture: Size): number {
  const scaleOf = (columns: number) =>
    Math.min(canvas.width / columns / picture.width, canvas.height / Math.ceil(count / columns) / picture.height)
  let best = count
  for (let columns = count - 1; columns >= 1; columns -= 1) if (scaleOf(columns) > scaleOf(best) * 1.02) best = columns
  return best
}

/** The pane under a point; the first where it lies between two. */
export function paneAt(panes: readonly Pane[], { x, y }: Point): Pane | undefined {
  return (
    panes.find((pane) => x >= pane.left && x < pane.left + pane.width + paneGap && y >= pane.top && y < pane.top + pane.height + paneGap) ??
    panes[0]
  )
}
